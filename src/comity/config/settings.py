"""Every setting of the service. Deny by default; no secret has a default outside the demonstration."""

from pathlib import Path

from csp.constants import NONE, SELF

from comity.config.cluster import Cluster
from comity.config.environment import Environment, database_from

env = Environment()
PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.folder("COMITY_DATA", ".comity")

# Demonstration mode: loopback only, accounts with a printed password, secrets kept in the data directory.
DEMONSTRATION = env.flag("COMITY_DEMONSTRATION", (DATA / "demonstration").exists())
SECRET_KEY = env.text("COMITY_SECRET_KEY", Cluster(DATA / "pg").kept_secret("web") if DEMONSTRATION else None)
DEBUG = False
ALLOWED_HOSTS = env.words("COMITY_HOSTS", "127.0.0.1,localhost,[::1]" if DEMONSTRATION else "")
# What seals personal data and the secrets of hooks; several, separated by commas: the first seals, all of them open.
SEALING_KEYS = env.words("COMITY_SEALING_KEY") or ([Cluster(DATA / "pg").kept_secret("sealing")] if DEMONSTRATION else [])
if not SEALING_KEYS:
    env.text("COMITY_SEALING_KEY")
CSRF_TRUSTED_ORIGINS = env.words("COMITY_ORIGINS")
PUBLIC_ADDRESS = env.text("COMITY_ADDRESS", "http://127.0.0.1:8000" if DEMONSTRATION else None)
env.require_none_missing()
SECURE = PUBLIC_ADDRESS.startswith("https://")

DATABASE_URL = env.text("COMITY_DATABASE_URL", "")
DATABASES = {"default": database_from(DATABASE_URL) if DATABASE_URL else Cluster(DATA / "pg").django()}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "comity.ui",
    "comity.exchange",
    "comity.trail",
    "comity.accounts",
    "comity.parties",
    "comity.notices",
    "comity.frameworks",
    "comity.activities",
    "comity.drafting",
    "comity.agreements",
    "comity.programmes",
    "comity.reviews",
    "comity.plans",
    "comity.participation",
    "comity.nominations",
    "comity.attendance",
    "comity.feedback",
    "comity.scenarios",
    "comity.handovers",
    "comity.calendars",
    "comity.changes",
    "comity.reports",
    "comity.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "comity.config.door.Door",
]
ROOT_URLCONF = "comity.config.urls"
WSGI_APPLICATION = "comity.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            PACKAGE / room / "templates"
            for room in (
                "ui",
                "accounts",
                "trail",
                "parties",
                "notices",
                "frameworks",
                "activities",
                "drafting",
                "agreements",
                "programmes",
                "reviews",
                "plans",
                "participation",
                "nominations",
                "attendance",
                "feedback",
                "scenarios",
                "handovers",
                "calendars",
                "changes",
                "reports",
                "exchange",
                "config",
            )
        ],
        "OPTIONS": {
            "environment": "comity.ui.jinja.environment",
            "compiled": DATA / "templates",
            "context_processors": ["django.contrib.messages.context_processors.messages", "comity.config.context.frame"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "ui" / "django_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comity.config.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Languages and times. Moments are kept in UTC and shown in the reader's zone, which is always named.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "comity_language"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "files"

# Sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["comity.config.adapter.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "comity.config.adapter.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "comity.accounts.forms.SignIn", "change_password": "comity.accounts.forms.NewPassword"}
# Guesses are counted in the database, over all processes; the second factor is counted under the same limit.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"}}
# Other machines that solve: the address of a Ray cluster, `host:6379` or `auto`; without one everything is solved here.
RAY_ADDRESS = env.text("COMITY_RAY_ADDRESS", "")
API_CALLS_A_MINUTE = env.number("COMITY_API_CALLS_A_MINUTE", 600)
MFA_ADAPTER = "comity.config.adapter.SecondFactor"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Comity"

# The browser's own guards.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = SECURE and env.flag("COMITY_REDIRECT_TO_HTTPS", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "comity.config.views.not_from_here"
SESSION_ENGINE = "comity.config.sessions"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
NINJA_PAGINATION_PER_PAGE = 50

# Letters go through one SMTP server, smtp://, starttls:// or smtps://user:password@host:port; without one none is sent.
SMTP_URL = env.text("COMITY_SMTP_URL", "")
MAIL_FROM = env.text("COMITY_MAIL_FROM", "")
# Whether hooks may call this machine itself, for trying them out in a demonstration; never anywhere else.
HOOKS_ON_LOOPBACK = env.flag("COMITY_HOOKS_ON_LOOPBACK") and DEMONSTRATION
if SMTP_URL:
    env.smtp("COMITY_SMTP_URL", "COMITY_MAIL_FROM")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend" if DEMONSTRATION else "django.core.mail.backends.smtp.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
env.require_none_missing()
