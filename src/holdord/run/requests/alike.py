"""Whether two ways of writing mean the same value, and a written value as its column takes it.

An e-mail address is compared without regard to case, a telephone number by its digits, everything else as it is written
but for white space around it. Where a date or a number stands, what is written is read as one.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from holdord.schema import ColumnShape

EMAIL, PHONE = "contact.email", "contact.phone"
_LONGEST_INT = 2**63 - 1
LEAST_ABROAD = 9
"""Digits of a telephone number with a country's code, at least."""


class Unfit(ValueError):
    """A written value does not fit where it should stand; its words never repeat it."""


def alike(category: str, written: str, value: Any) -> bool:
    """Tell whether a value that is held is the written one."""
    if isinstance(value, str):
        return _plain(category, written) == _plain(category, value)
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float | Decimal):
        return _number(written) == Decimal(str(value))
    if isinstance(value, date):
        try:
            return _moment(written) == value if isinstance(value, datetime) else date.fromisoformat(written) == value
        except (ValueError, TypeError):
            return False
    return False


def fitted(shape: ColumnShape, written: str, *, whole: bool) -> Any:
    """Return a written value as a column takes it.

    Args:
        shape: The column.
        written: The value, in words.
        whole: Whether it is a whole number's column.

    Raises:
        Unfit: The column does not take it.
    """
    if shape.values and written not in shape.values:
        raise Unfit(f"it takes one of these: {', '.join(shape.values)}")
    match shape.family:
        case "text":
            if shape.length is not None and len(written) > shape.length:
                raise Unfit(f"it takes {shape.length} characters at most")
            return written
        case "number":
            return number(written, whole=whole)
        case "date" | "timestamp" | "timestamp_tz":
            try:
                return date.fromisoformat(written) if shape.family == "date" else _moment(written)
            except ValueError:
                raise Unfit("it takes a date, such as 2026-03-01") from None
        case "truth" if written in ("true", "false"):
            return written == "true"
        case "truth":
            raise Unfit("it takes true or false")
    if shape.values:
        return written
    raise Unfit("values of its type cannot be put right from here")


def number(written: str, *, whole: bool) -> int | Decimal:
    """Return a written number.

    Raises:
        Unfit: It is none, or not a whole one.
    """
    found = _number(written)
    if found is None or abs(found) > _LONGEST_INT or (whole and found != int(found)):
        raise Unfit("it takes a whole number" if whole else "it takes a number")
    return int(found) if whole else found


def _plain(category: str, text: str) -> str:
    """Return a text as it is compared."""
    plain = unicodedata.normalize("NFC", text).strip()
    if category == EMAIL:
        return plain.casefold()
    if category == PHONE and (digits := re.sub(r"\D", "", plain)):
        abroad = digits.removeprefix("00")
        return abroad if len(abroad) >= LEAST_ABROAD else digits
    return plain


def _number(written: str) -> Decimal | None:
    try:
        found = Decimal(written.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.strip())
