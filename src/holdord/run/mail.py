"""Gives a letter to the mail server: SMTP (RFC 5321) over TLS, a plain text and a page that say the same (RFC 2046).

A message's id is made of its number and the log's name: sent twice, after a kill, it is the same message to whoever
gets it. What the server says about this letter (who it is for, what is in it) is final where it says so; what it says
about us (password, sender, TLS, greeting) is not, since somebody will mend it. Replies are kept as numbers only: their
words may repeat an address.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from holdord.config import ADDRESS, Mail
from holdord.errors import InputError, MailError
from holdord.files import read_file

_PASSWORD_BYTES = 1_000
_LAST = 500
"""Replies from here on are final (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A letter on its way.

    Attributes:
        number: The message's number in the outbox.
        origin: The name of the company's log.
        language: Of the texts.
        queued: When it was posted, aware; its date.
    """

    number: int
    origin: str
    recipient: str = field(repr=False)
    language: str
    queued: datetime
    subject: str
    plain: str = field(repr=False)
    html: str = field(repr=False)


def message_id(origin: str, number: int, sender: str) -> str:
    """Return the id of a message (RFC 5322, 3.6.4): the same whenever it is sent."""
    return f"<{_digest(origin, number)}@{sender.rpartition('@')[2]}>"


def composed(settings: Mail, letter: Posted) -> EmailMessage:
    """Return a letter as it travels.

    Raises:
        MailError: A line of its head is none, or it is for no single address.
    """
    if not ADDRESS.fullmatch(letter.recipient):
        raise MailError("The recipient is not one e-mail address.", final=True)
    if any(ord(one) < 32 or ord(one) == 127 for one in letter.subject):
        raise MailError("The subject is not one line.", final=True)
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = letter.recipient
    message["Reply-To"] = settings.reply_to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.queued)
    message["Message-ID"] = message_id(letter.origin, letter.number, settings.sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message.set_content(letter.plain)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # here, since what makes the parts moves it into the first
    message.set_boundary(f"=_{_digest(letter.origin, letter.number)}")
    return message


def deliver(settings: Mail, letter: Posted) -> None:
    """Give a letter to the server; when this returns, the server has it.

    Raises:
        MailError: It could not be given.
    """
    message = composed(settings, letter)
    with _told(), _session(settings) as server:
        server.send_message(message, settings.sender, [letter.recipient])


@contextmanager
def _session(settings: Mail) -> Iterator[smtplib.SMTP]:
    """Talk with the server; what it says to the goodbye changes nothing any more."""
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.tls == "implicit":
        server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=trusted)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    try:
        if settings.tls == "starttls":
            server.starttls(context=trusted)
        if settings.user:
            server.login(settings.user, _password(settings))
        yield server
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _password(settings: Mail) -> str:
    if settings.password or settings.password_file is None:
        return settings.password
    try:
        return read_file(settings.password_file, limit=_PASSWORD_BYTES).decode().strip()
    except (InputError, UnicodeDecodeError):
        raise MailError(f"The file of the mail server's password cannot be read: {settings.password_file}.") from None


@contextmanager
def _told() -> Iterator[None]:
    """Turn what smtplib raises into MailError, without the server's words."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused("the recipient", max(codes), final=min(codes) >= _LAST) from None
    except smtplib.SMTPDataError as error:
        raise _refused("the letter", error.smtp_code, final=error.smtp_code >= _LAST) from None
    except smtplib.SMTPAuthenticationError as error:
        raise _refused("user and password", error.smtp_code) from None
    except smtplib.SMTPSenderRefused as error:
        raise _refused("the sender", error.smtp_code) from None
    except smtplib.SMTPResponseException as error:
        raise _refused("the connection", error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise MailError("The mail server cannot do what is needed: TLS, a login, or this kind of address.") from None
    except ssl.SSLError:
        raise MailError("The mail server's TLS could not be trusted or agreed on.") from None
    except (smtplib.SMTPException, OSError):
        raise MailError("The mail server cannot be reached, does not answer, or went away.") from None


def _refused(what: str, code: int, *, final: bool = False) -> MailError:
    return MailError(f"The mail server refused {what} ({code}).", final=final)


def _digest(origin: str, number: int) -> str:
    return sha256(f"{origin}\n{number}".encode()).hexdigest()[:32]
