"""The doors of the portal: the rights that people ask for by themselves there, and whether they are open.

A page that nobody can reach keeps nothing. So the worker asks for it once a day at the address that people are told,
as they would, and the log has what it saw; a door that was shut is tried again after ``SOON``. Nobody is let in by
that: who a visitor is, is asked behind the door.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from holdord.ledger import log
from holdord.ledger.entry import moment_of, stamp
from holdord.now import today
from holdord.policy.model import Policy
from holdord.policy.part import RIGHTS
from holdord.policy.terms import LANGUAGES
from holdord.run.company import Company
from holdord.run.fetch import fetch

SOON = timedelta(minutes=15)
"""How long a door that was shut, or looked at by a clock that was wrong, is left alone."""
FRESH = timedelta(days=2)
"""How long it counts that somebody looked."""
KIND = "door"
_FIELD = "wanted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """A right or a purpose, as the portal offered it when somebody looked last.

    Attributes:
        since: The day from which on it is as it is.
        looked: When.
        entry: The log's entry that says so.
    """

    name: str
    is_open: bool
    since: date
    looked: datetime
    entry: int


def named(policy: Policy) -> tuple[str, ...]:
    """Return the doors that the promises name, each once."""
    parts = (part for promise in policy.promises.values() for part in promise.parts)
    return tuple(dict.fromkeys(door for part in parts for door in part.portal))


def shown(policy: Policy) -> tuple[str, ...]:
    """Return the purposes of which people may see by themselves what is held for them."""
    return tuple(door for door in named(policy) if door not in RIGHTS)


def lets_in(company: Company) -> bool:
    """Tell whether there is a way behind the doors: links by mail, or a provider where people sign in."""
    return company.settings.mail is not None or company.settings.identity is not None


def unsent(connection: Connection, at: date, zone: ZoneInfo) -> bool:
    """Tell whether the last link of a day or two was not sent, by no fault of its address: then none comes through.

    What is said of an address for good is said at the first try (decision 0026): all else failed here.
    """
    query = text("SELECT state, tries, queued FROM holdord_message WHERE kind = 'link' ORDER BY number DESC LIMIT 1")
    last = connection.execute(query).first()
    if last is None or not timedelta(0) <= at - today(zone, moment_of(last.queued)) <= timedelta(days=1):
        return False
    return bool((last.state == "waiting" and last.tries) or (last.state == "given_up" and last.tries != 1))


def known(connection: Connection) -> Mapping[str, Door]:
    """Return what was seen of each door the last time."""
    return {
        row.door: Door(
            name=row.door,
            is_open=bool(row.open),
            since=date.fromisoformat(row.since),
            looked=moment_of(row.looked),
            entry=row.entry,
        )
        for row in connection.execute(text("SELECT * FROM holdord_door"))
    }


def look(company: Company, now: datetime) -> str:
    """Look whether the doors are open, where it is time for that; return what was seen, or nothing."""
    doors, zone = named(company.policy), company.policy.controller.zone
    if not doors or not company.settings.portal:
        return ""
    with company.state.snapshot() as connection:
        before = known(connection)
    if not any(_is_time(before.get(door), now, today(zone, now), zone) for door in doors):
        return ""
    with company.state.snapshot() as connection:
        is_stuck = company.settings.identity is None and unsent(connection, today(zone, now), zone)
    offered = frozenset() if is_stuck else _offered(company)
    with company.state.writing() as connection:
        log.lock(connection)
        before = known(connection)
        entry = _entered(connection, doors, offered, before, now, zone)
        for door in doors:
            _seen(connection, door, before.get(door), door in offered, now, today(zone, now), entry)
    shut = [door for door in doors if door not in offered]
    return f"doors looked at: {len(doors) - len(shut)} open" + (f"; shut: {', '.join(shut)}" if shut else "")


def rests_on(policy: Policy, connection: Connection) -> Iterator[tuple[int, str]]:
    """Yield the entries of the log that say that a door is open, with what they are."""
    for door in known(connection).values():
        if door.name in named(policy):
            yield door.entry, f"it says whether the portal's page for {door.name} is open"


def _is_time(door: Door | None, now: datetime, at: date, zone: ZoneInfo) -> bool:
    if door is None:
        return True
    day, age = today(zone, door.looked), now - door.looked
    return day > at or (not timedelta(0) <= age < SOON and (not door.is_open or day < at))


def _offered(company: Company) -> frozenset[str]:
    """Return what the page offers to whoever comes; nothing where it does not answer, or nobody gets further."""
    if not lets_in(company):
        return frozenset()
    language = next((one for one in LANGUAGES if one in company.policy.notices), LANGUAGES[-1])
    try:
        status, page = fetch("GET", f"{company.settings.portal}/{language}/ask/", {"Accept": "text/html"})
    except OSError:
        return frozenset()
    found = _Offers()
    found.feed(page.decode(errors="replace") if status == 200 else "")
    return frozenset(found.values)


def _entered(
    connection: Connection,
    doors: tuple[str, ...],
    offered: frozenset[str],
    before: Mapping[str, Door],
    now: datetime,
    zone: ZoneInfo,
) -> int:
    """Return the entry that says what is seen: the last one, where it was made today and says the same."""
    at = today(zone, now)
    last = {
        one.entry if one and one.is_open == (one.name in offered) and today(zone, one.looked) == at else None
        for one in map(before.get, doors)
    }
    if len(last) == 1 and (entry := last.pop()) is not None:
        return entry
    seen = {
        "kind": KIND,
        "open": [door for door in doors if door in offered],
        "shut": [door for door in doors if door not in offered],
    }
    (index,) = log.append(connection, [seen], now=now)
    return index


def _seen(
    connection: Connection, name: str, before: Door | None, is_open: bool, now: datetime, at: date, entry: int
) -> None:
    since = before.since if before is not None and before.is_open == is_open else at
    connection.execute(
        text(
            "INSERT INTO holdord_door (door, open, since, looked, entry) "
            "VALUES (:door, :open, :since, :looked, :entry) ON CONFLICT (door) DO UPDATE "
            "SET open = excluded.open, since = excluded.since, looked = excluded.looked, entry = excluded.entry"
        ),
        {"door": name, "open": int(is_open), "since": since.isoformat(), "looked": stamp(now), "entry": entry},
    )


class _Offers(HTMLParser):
    """What a form lets people choose."""

    def __init__(self) -> None:
        super().__init__()
        self.values: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a choice."""
        said = dict(attrs)
        if tag == "input" and said.get("name") == _FIELD:
            self.values.add(said.get("value") or "")
