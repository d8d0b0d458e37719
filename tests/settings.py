"""Settings of the tests: the real ones, on a cluster of their own that forgives a crash for speed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ["COMITY_DATA"] = str(ROOT / "build" / "test")
os.environ["COMITY_DEMONSTRATION"] = "yes"

from comity.config.settings import *  # noqa: E402, F403
from comity.config.settings import DATABASES, STORAGES  # noqa: E402

(ROOT / "build" / "test" / "static").mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["*"]
# A database for each test process, so that several runs may share the cluster.
DATABASES["default"]["TEST"] = {"NAME": f"test_comity_{os.getpid()}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["tests.world.hashing.QuickArgon2", "django.contrib.auth.hashers.Argon2PasswordHasher"]
