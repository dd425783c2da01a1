"""What stripping makes of one value, in plain Python; ``holdord.plan.stripped`` says it in SQL."""

from datetime import date, datetime, time
from typing import Any

from holdord.plan.predicate import DataColumn


def made(column: DataColumn, value: Any, key: tuple[Any, ...]) -> Any:
    """Return what stripping makes of a value: nothing, a placeholder, or a coarser value, which is personal data still.

    Args:
        column: Whose value it is; no piece of JSON.
        value: As it is.
        key: The row's primary key, for placeholders of its own.
    """
    if value is None:
        return None
    if column.action == "generalise" and column.generalise:
        return _coarse(column.generalise, value)
    if isinstance(column.erased_as, str):
        return column.erased_as.replace("{key}", "-".join(str(part) for part in key), 1)
    return column.erased_as


def _coarse(how: str, value: Any) -> Any:
    kind, _, length = how.partition(":")
    if kind == "prefix":
        return str(value)[: int(length)]
    if isinstance(value, datetime):
        return datetime.combine(value.date().replace(month=1, day=1), time.min, value.tzinfo)
    return value.replace(month=1, day=1) if isinstance(value, date) else f"{str(value)[:4]}-01-01"
