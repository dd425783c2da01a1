"""Settings of one company's folder: ``holdord.toml`` beside the policy, and the environment over it.

    [store]
    url = "sqlite:///register.db"       # or postgresql://…; relative files lie in the folder
    receipts = true                     # may holdord keep a small table of its own in a database of the company's?

    [state]
    url = "sqlite:///state.db"          # where the evidence lies when the store is a database of the company's

    [ledger]
    key = "ledger.key"                  # the private key; its public half lies beside it as .pub

    [sweep]
    every_days = 1                      # how often someone must look; twice that without a look is no longer "kept"
    pause_days = 31                     # after a pause this long, `keep` asks before it goes on

    [breaker]                           # `keep` asks first when a plan touches
    share = 0.2                         # more than this share of a table; 1 means never,
    times = 10                          # or this many times what sweeps touched lately (the median of the last ten)
    rows = 100                          # smaller tables, and fewer rows, never ask

    [approval]
    days = 14                           # how long an approval stands that no sweep has carried out

    [requests]
    days = 1096                         # how long a request is kept after its answer; claims lapse after three years
    staff = "privacy@example.org"       # who is reminded of what waits

    [staff]                             # what the roles beside those who answer requests need data of people for:
    sales = ["offers"]                  # purposes of the policy; without any they see nobody
    accounts = ["bookkeeping"]

    [worker]
    sweep = false                       # does `holdord work` sweep by itself, as often as sweep.every_days says?

    [portal]
    address = "https://privacy.example" # where people reach the pages; letters name it

    [identity]                          # a second way in beside the link by e-mail: OpenID Connect, such as BankID
    issuer = "https://broker.example"   # as it calls itself; it sends people back to <portal.address>/openid/back
    client = "holdord"
    secret_file = "identity.secret"     # or HOLDORD_IDENTITY_SECRET in the environment
    name = "BankID"                     # what the button says
    scope = "openid email"
    claim = "email"                     # what it says of people is looked for in
    category = "contact.email"          # the columns of this category
    acr = ""                            # how surely they must be known there: levels that are good, between spaces

    [web]
    public = true                       # may everybody see the notice with what is kept? /nb/notice/

    [mail]
    host = "smtp.example.org"           # without a host nothing is sent, and letters wait
    port = 587                          # 465 where tls is implicit
    tls = "starttls"                    # or "implicit"; "none" on this machine alone
    user = "holdord"                    # where the server asks for one
    password_file = "mail.password"     # or HOLDORD_MAIL_PASSWORD in the environment
    from = "privacy@example.org"
    reply_to = "post@example.org"       # where people's answers go; empty means from
    timeout = 20                        # seconds that one step of the talk with the server may take

``HOLDORD_STORE`` and ``HOLDORD_STATE`` in the environment take the place of the two URLs, so that a password need not
stand in a file. A folder with a ``datamap.yaml`` keeps its promises in a database of the company's own: there
``store.url`` must be said. Every other folder keeps them in the built-in register, and its evidence beside them.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdord.errors import ConfigError, Problem

FILE = "holdord.toml"
DATAMAP = "datamap.yaml"
"""Where personal data lie in a database of the company's own; a folder without one has the built-in register."""

WEB_SECRET, STAFF = "web.key", "staff.db"
"""What sessions are signed with, and the accounts, sessions and tokens of the pages; both beside the policy."""

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,253}")
"""One e-mail address and nothing else: no list, no name before it, no line that could become a header."""

_DAYS, _COUNT, _SHARE = range(1, 100_001), range(1, 1_000_000_001), "share"
_PORT, _SECONDS = range(1, 65_536), range(1, 61)
_TLS = ("starttls", "implicit", "none")
_HERE = ("127.0.0.1", "::1", "localhost")
_SAFE = ("https://", "http://localhost", "http://127.0.0.1")

_Kind = type | range | str | tuple[str, ...]
SERVING = ("sales", "accounts")
"""The roles that see of a person what the purposes of theirs need, and nothing else."""

_KNOWN: dict[str, dict[str, _Kind]] = {
    "store": {"url": str, "receipts": bool},
    "state": {"url": str},
    "ledger": {"key": str},
    "sweep": {"every_days": _DAYS, "pause_days": _DAYS},
    "breaker": {"share": _SHARE, "times": _COUNT, "rows": _COUNT},
    "approval": {"days": _DAYS},
    "requests": {"days": _DAYS, "staff": str},
    "staff": dict.fromkeys(SERVING, list),
    "worker": {"sweep": bool},
    "portal": {"address": str},
    "identity": dict.fromkeys(("issuer", "client", "secret_file", "name", "scope", "claim", "category", "acr"), str),
    "web": {"public": bool},
    "mail": {
        "host": str,
        "port": _PORT,
        "tls": _TLS,
        "user": str,
        "password_file": str,
        "from": str,
        "reply_to": str,
        "timeout": _SECONDS,
    },
}
_WORDS = {
    str: "text",
    bool: "true or false",
    list: "a list of names in quotes",
    _DAYS: "a whole number of days, 1 to 100000",
    _COUNT: "a whole number, 1 to 1000000000",
    _SHARE: "a number above 0 and up to 1",
    _PORT: "a port, 1 to 65535",
    _SECONDS: "a whole number of seconds, 1 to 60",
    _TLS: f"one of {', '.join(_TLS)}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaker:
    """When a plan is so much that ``keep`` asks first.

    Attributes:
        share: More than this share of a table.
        times: More than so many times the median of the last sweeps.
        rows: Tables with fewer rows, and fewer rows than these, never ask.
    """

    share: float = 0.2
    times: int = 10
    rows: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """The server that letters are given to.

    Attributes:
        tls: ``starttls``, ``implicit``, or ``none``, which only this machine's own server may have.
        user: Empty where the server asks for none.
        password: From the environment; never shown.
        password_file: Where the password lies otherwise, or None.
        sender: The address that letters come from.
        reply_to: The address that answers go to.
        timeout: Seconds that one step of the talk may take.
    """

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    sender: str
    reply_to: str
    timeout: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who identifies people by OpenID Connect.

    Attributes:
        issuer: The provider, as it calls itself.
        client: What the provider calls the company.
        secret: From the environment; never shown.
        secret_file: Where the secret lies otherwise, or None.
        name: What people know the provider by.
        scope: What is asked for.
        claim: What it says of people by which they are looked for.
        category: Of the columns that they are looked for in.
        acr: How surely they must be known there (OpenID Connect Core 1.0, 3.1.2.1), names between spaces; empty where
            the provider decides.
    """

    issuer: str
    client: str
    name: str
    secret: str = field(default="", repr=False)
    secret_file: Path | None = None
    scope: str = "openid email"
    claim: str = "email"
    category: str = "contact.email"
    acr: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a folder is set to.

    Attributes:
        store_url: The store's database, absolute; never shown, since it may carry a password. Empty where
            a data map is there and nobody said.
        state_url: The database of the evidence, absolute; never shown either.
        receipts: Whether a store apart from the evidence may hold a table of receipts.
        key: The private key of the ledger.
        every_days: How often a sweep must look, in days.
        pause_days: After how many days without an entry ``keep`` asks first.
        breaker: When a plan is so much that ``keep`` asks first.
        approval_days: How long an approval stands that no sweep has carried out, in days.
        request_days: How long a request is kept after it was answered or refused, in days.
        staff: Who is reminded of what waits; empty where nobody is.
        serves: Role → the purposes for which it sees data of people.
        worker_sweeps: Whether the worker sweeps by itself.
        portal: Where people reach the pages, without a slash at the end; empty where nowhere.
        identity: Who identifies people beside the link by e-mail; None where nobody does.
        public: Whether everybody may see the notice with what is kept.
        mail: The server that letters are given to; None where none is said.
    """

    store_url: str
    state_url: str
    receipts: bool
    key: Path
    every_days: int
    pause_days: int
    breaker: Breaker = Breaker()
    approval_days: int = 14
    request_days: int = 3 * 365 + 1
    staff: str = ""
    serves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worker_sweeps: bool = False
    portal: str = ""
    identity: Identity | None = None
    public: bool = False
    mail: Mail | None = None

    def __repr__(self) -> str:
        return f"Settings(key={self.key.name!r}, every_days={self.every_days}, pause_days={self.pause_days})"


def read(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of ``folder``; a missing file means the defaults.

    Raises:
        ConfigError: When the file is no TOML, or a key or value in it is unknown.
    """
    file = folder / FILE
    try:
        said = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except OSError as error:
        raise ConfigError([Problem(what=f"The file cannot be read: {error.strerror}.", file=str(file))]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(what=f"This is no TOML: {error}.", file=str(file))]) from error
    problems = []
    for section, values in said.items():
        known = _KNOWN.get(section)
        if known is None or not isinstance(values, dict):
            remedy = f"Known: {', '.join(_KNOWN)}."
            problems.append(Problem(what=f"The section {section!r} is unknown.", remedy=remedy, file=str(file)))
            continue
        for key, value in values.items():
            kind = known.get(key)
            if kind is None:
                what, remedy = f"The key {key!r} is unknown.", f"Known: {', '.join(known)}."
                problems.append(Problem(what=what, remedy=remedy, file=str(file), where=f"{section}.{key}"))
            elif not _fits(value, kind):
                what = f"This should be {_WORDS[kind]}."
                problems.append(Problem(what=what, file=str(file), where=f"{section}.{key}"))
    if not problems:
        problems = list(_unsafe(said, str(file)))
    if problems:
        raise ConfigError(problems)
    store, sweep = said.get("store", {}), said.get("sweep", {})
    mapped = (folder / DATAMAP).exists()
    url = environment.get("HOLDORD_STORE") or store.get("url", "" if mapped else "sqlite:///register.db")
    state = environment.get("HOLDORD_STATE") or said.get("state", {}).get(
        "url", "sqlite:///state.db" if mapped else url
    )
    return Settings(
        store_url=_absolute(url, folder),
        state_url=_absolute(state, folder),
        receipts=store.get("receipts", True),
        key=folder / said.get("ledger", {}).get("key", "ledger.key"),
        every_days=sweep.get("every_days", 1),
        pause_days=sweep.get("pause_days", 31),
        breaker=Breaker(**said.get("breaker", {})),
        approval_days=said.get("approval", {}).get("days", 14),
        request_days=said.get("requests", {}).get("days", 3 * 365 + 1),
        staff=said.get("requests", {}).get("staff", ""),
        serves={role: tuple(names) for role, names in said.get("staff", {}).items()},
        worker_sweeps=said.get("worker", {}).get("sweep", False),
        portal=said.get("portal", {}).get("address", "").rstrip("/"),
        identity=_identity(said.get("identity", {}), folder, environment),
        public=said.get("web", {}).get("public", False),
        mail=_mail(said.get("mail", {}), folder, environment),
    )


def _mail(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Mail | None:
    if "host" not in said:
        return None
    tls, file = said.get("tls", "starttls"), said.get("password_file")
    return Mail(
        host=said["host"],
        port=said.get("port", 465 if tls == "implicit" else 587),
        tls=tls,
        user=said.get("user", ""),
        password=environment.get("HOLDORD_MAIL_PASSWORD", ""),
        password_file=folder / file if file else None,
        sender=said["from"],
        reply_to=said.get("reply_to") or said["from"],
        timeout=said.get("timeout", 20),
    )


def _identity(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Identity | None:
    if not said:
        return None
    file = said.get("secret_file")
    return Identity(
        **{name: value for name, value in said.items() if name != "secret_file"},
        secret=environment.get("HOLDORD_IDENTITY_SECRET", ""),
        secret_file=folder / file if file else None,
    )


def _unsafe(said: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Yield what would send letters nowhere, or over a network for all to read."""
    mail = said.get("mail", {})
    if mail and not mail.get("host"):
        yield Problem(what="The server that letters are given to is missing.", file=file, where="mail.host")
    if mail.get("tls") == "none" and mail.get("host") not in _HERE:
        what = "Without TLS letters could be read on the way; only this machine's own server may have none."
        yield Problem(what=what, remedy="Write starttls or implicit.", file=file, where="mail.tls")
    staff = said.get("requests", {}).get("staff", "")
    for where, value, needed in (
        ("mail.from", mail.get("from", ""), bool(mail)),
        ("mail.reply_to", mail.get("reply_to", ""), False),
        ("requests.staff", staff, False),
    ):
        if (value or needed) and not ADDRESS.fullmatch(value):
            yield Problem(what="This should be one e-mail address.", file=file, where=where)
    yield from _unsafe_identity(said.get("identity", {}), file)
    address = said.get("portal", {}).get("address", "")
    if address and not address.startswith(_SAFE):
        what = "Links to it would open to whoever reads the network."
        yield Problem(what=what, remedy="Write https://…", file=file, where="portal.address")


def _unsafe_identity(said: Mapping[str, Any], file: str) -> Iterator[Problem]:
    if not said:
        return
    for name in ("issuer", "client", "name"):
        if not said.get(name):
            yield Problem(what="This is missing.", file=file, where=f"identity.{name}")
    if said.get("issuer") and not said["issuer"].startswith(_SAFE):
        what = "Whoever reads the network could sign in as anybody."
        yield Problem(what=what, remedy="Write https://…", file=file, where="identity.issuer")
    if "openid" not in said.get("scope", "openid").split():
        yield Problem(what="The scope has no openid in it.", file=file, where="identity.scope")


def _fits(value: object, kind: _Kind) -> bool:
    """Tell whether a value is of its kind; true and false are no numbers."""
    if isinstance(kind, tuple):
        return value in kind
    if kind is list:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if isinstance(kind, type):
        return type(value) is kind
    if isinstance(kind, range):
        return type(value) is int and value in kind
    return type(value) in (int, float) and 0 < value <= 1  # type: ignore[operator]


def _absolute(url: str, folder: Path) -> str:
    """Return the URL with a relative SQLite file placed in the folder."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and url != prefix and not url.startswith("sqlite:////"):
        return f"sqlite:///{(folder / url.removeprefix(prefix)).resolve()}"
    return url
