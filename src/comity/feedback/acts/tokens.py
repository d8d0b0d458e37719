"""The words of a ticket, worked out from its number under the key of the installation: nobody has to keep them."""

from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from comity.feedback.models import Ticket

SALT = "comity.feedback.ticket"


def token_of(ticket: Ticket) -> str:
    """The 43 letters of a link; only their digest is kept."""
    mac = salted_hmac(SALT, ticket.pk.hex, algorithm="sha256").digest()
    return urlsafe_b64encode(mac).decode().rstrip("=")
