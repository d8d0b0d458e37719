"""Argon2 with the least work it accepts: the tests sign many people in."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The real algorithm at its cheapest setting."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
