"""A letter as it goes out: plain text and simple HTML, in a fixed shape, with the headers that let machines treat it right.

What people wrote is only ever a value in it: lines are made one line, headers are made by the library, which refuses a line
break, and the HTML is escaped where it is made.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Item:
    """One notice in a letter, said."""

    topic: str
    words: str
    address: str = ""
    due: str = ""


@dataclass(frozen=True)
class Envelope:
    """What stands on a letter."""

    sender: str
    to: str
    subject: str
    message_id: str
    language: str
    choices: str
    written_at: datetime


def one_line(text: str) -> str:
    """A text without line breaks, control characters and double spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def plain(heading: str, items: list[Item], foot: str, choices: str) -> str:
    """The text of a letter, for those who read no HTML."""
    lines = [one_line(heading), ""]
    topic = ""
    for item in items:
        if item.topic != topic:
            topic = item.topic
            lines += [one_line(topic), ""]
        lines.append(f"* {one_line(item.words)}")
        lines += [f"  {part}" for part in (one_line(item.due), item.address) if part]
        lines.append("")
    return "\n".join([*lines, "-- ", one_line(foot), choices, ""])


def message(envelope: Envelope, text: str, html: str) -> str:
    """The whole message as it is handed to a server, in ASCII."""
    made = EmailMessage(policy=SMTP)
    made["From"] = envelope.sender
    made["To"] = envelope.to
    made["Subject"] = one_line(envelope.subject)[:LONGEST_SUBJECT]
    made["Date"] = format_datetime(envelope.written_at)
    made["Message-ID"] = envelope.message_id
    made["List-Unsubscribe"] = f"<{envelope.choices}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = envelope.language
    return made.as_bytes().decode("ascii")
