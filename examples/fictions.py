"""Values for people who do not exist, and who cannot be taken for anybody who does.

Names, streets and places come from Faker, once, and are then put together at random: Faker makes some ten thousand
values a second, a population needs millions. Everything that could reach or identify somebody is impossible on
purpose:

- e-mail addresses end in ``.example`` (RFC 2606), web addresses lie in the networks of RFC 5737;
- telephone numbers begin with 00 after the country's code, where no number begins;
- Norwegian identity numbers are test numbers (80 added to the month), Danish ones have the serial 0000;
- bank accounts belong to a bank 0000, cards have the issuers' published test number.
"""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_POOL = 400
_BORN = (date(1945, 1, 1), date(2004, 12, 31))
_PREFIX = {"NO": "+47", "DK": "+45"}

CARD = "4111 1111 1111 1111"
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/605.1",
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1",
)
DEVICES = ("telephone", "laptop", "desktop", "tablet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fictions:
    """Pools to draw from.

    Attributes:
        first: First names, each with its plain form for addresses.
        last: Family names, likewise.
        places: Postcode and city.
        born: Dates of birth, each with an identity number that fits it.
    """

    first: tuple[tuple[str, str], ...]
    last: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    companies: tuple[str, ...]
    born: tuple[tuple[date, str], ...]


@cache
def fictions(locale: str, country: str, seed: int) -> Fictions:
    """Return the pools of a country; the same for the same arguments and release of Faker."""
    from faker import Faker

    fake = Faker(locale)
    fake.seed_instance(seed)
    draw = random.Random(seed)

    def pool(make: Callable[[], str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(make() for _ in range(_POOL)))

    days = (_BORN[1] - _BORN[0]).days
    births = [_BORN[0] + timedelta(days=draw.randrange(days)) for _ in range(_POOL)]
    return Fictions(
        first=tuple((name, _plain(name)) for name in pool(fake.first_name)),
        last=tuple((name, _plain(name)) for name in pool(fake.last_name)),
        streets=pool(fake.street_name),
        places=tuple((fake.postcode(), fake.city()) for _ in range(_POOL)),
        companies=pool(fake.company),
        born=tuple((birth, national_number(country, birth, draw.randrange(500))) for birth in births),
    )


def phone(country: str, number: int) -> str:
    """Return a telephone number that no exchange can reach."""
    digits = f"{number % 1_000_000:06d}"
    return f"{_PREFIX[country]} 00 {digits[:2]} {digits[2:4]} {digits[4:]}"


def account(country: str, number: int) -> str:
    """Return an account at a bank that there is not."""
    return f"0000.{number % 100:02d}.{number % 100_000:05d}" if country == "NO" else f"0000 {number % 10**10:010d}"


def address(number: int) -> str:
    """Return an IP address of a network that is kept for documentation (RFC 5737)."""
    network = ("192.0.2", "198.51.100", "203.0.113")[number % 3]
    return f"{network}.{number // 3 % 254 + 1}"


def national_number(country: str, birth: date, serial: int) -> str:
    """Return an identity number of the right shape that was given to nobody.

    Args:
        country: NO is a test number of Skatteetaten's kind, with good check digits; DK has the serial 0000.
        birth: The date of birth.
        serial: Where to begin to look for a number whose check digits exist.
    """
    if country == "DK":
        return f"{birth:%d%m%y}-0000"
    head = f"{birth.day:02d}{birth.month + 80:02d}{birth:%y}"
    first_serial, serials = (0, 500) if birth.year < 2000 else (500, 500)
    for step in range(serials):
        nine = f"{head}{first_serial + (serial + step) % serials:03d}"
        one = -_weighed(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        if one < 10 and (two := -_weighed(f"{nine}{one}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) < 10:
            return f"{nine}{one}{two}"
    raise AssertionError("some serial of each day has check digits")


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _plain(name: str) -> str:
    """Return a name in the letters of an e-mail address."""
    spelled = name.lower().replace("ø", "oe").replace("æ", "ae").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else "-" for letter in plain)
