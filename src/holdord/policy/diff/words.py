"""How a policy's terms are said to people: limits, conditions, data and names, as parts of a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from holdord.policy.purpose import Clock, Condition, Constant, Limit, Works
from holdord.policy.terms import BASES, Basis, Category

_SINCE = {
    "collected": "the data were collected",
    "reviewed": "the person was last reviewed",
    "not_relevant": "the person was found not relevant any more",
    "opened": "it was opened",
    "last_login": "the person last signed in",
    "relation_started": "the relation began",
    "relation_ended": "the relation ended",
    "signed": "it was signed",
    "voucher_date": "the voucher was dated",
    "ordered": "it was ordered",
    "delivered": "it was delivered",
    "paid": "it was paid",
    "sent": "it was sent",
    "taken": "it was taken",
    "subscribed": "the person signed up",
    "consent_withdrawn": "the consent was withdrawn",
    "registered": "the person registered",
    "event_held": "the event was held",
    "received": "it was received",
    "decided": "it was decided",
    "employment_started": "the employment began",
    "employment_ended": "the employment ended",
    "uploaded": "it was uploaded",
    "objected": "the person objected",
    "profiled": "the profile was made",
    "computed": "it was last computed",
    "requested": "it was requested",
    "block_lifted": "the block was lifted",
}
"""Clocks of the built-in register → what happened, whatever carries them; another clock is said by its name."""

_COMPARED = {"is": "is", "is_not": "is not", "in": "is one of", "below": "is below", "above": "is above"}


def title(name: str) -> str:
    """Return an identifier such as ``customer_relation`` as a title, "Customer relation"."""
    words = plain(name)
    return words[:1].upper() + words[1:]


def plain(name: str) -> str:
    """Return an identifier in words."""
    return name.replace("_", " ").replace(".", " ")


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def basis(name: Basis) -> str:
    """Return a legal basis with its article."""
    return f"{plain(name)} ({BASES[name][0]})"


def since(limit: Limit, *, by_name: bool = False) -> str:
    """Return the event that a limit counts from, such as "the consent was withdrawn"."""
    said = [_event(clock, by_name) for clock in limit.clocks]
    event = said[0] if len(said) == 1 else f"the latest of these: {listed(said, 'or')}"
    if not limit.year:
        return event
    clause = len(said) == 1 and not event.startswith("the moment ")
    year = "the calendar year that closes the financial year" if limit.year.calendar else "the financial year"
    return f"the end of {year} {'in which' if clause else 'of'} {event}"


def _event(clock: Clock, by_name: bool) -> str:
    if by_name or clock.name not in _SINCE:
        return f"the moment “{clock}”"
    said = _SINCE[clock.name]
    return f"{said} ({plain(clock.record_class)})" if clock.record_class and said.startswith("it ") else said


def length(limit: Limit) -> str:
    """Return a limit's duration, such as "24 months" or "at least 5 years"."""
    return f"at least {limit.duration}" if limit.kind == "at_least" else str(limit.duration)


def kept(limit: Limit, *, by_name: bool = False) -> str:
    """Return a limit, such as "24 months after the consent was withdrawn"."""
    return f"{length(limit)} after {since(limit, by_name=by_name)}"


def bounded(limit: Limit) -> str:
    """Return a limit as a bound, such as "no longer than 24 months after the consent was withdrawn"."""
    return kept(limit) if limit.kind == "at_least" else f"no longer than {kept(limit)}"


def records(alternatives: Sequence[Works]) -> str:
    """Return which records are worked on, such as "records where kind is customer" or "all records"."""
    said = [listed(map(_condition, works.conditions)) for works in alternatives if works.conditions]
    every = any(not works.conditions for works in alternatives)
    return "all records" if every else f"records where {listed(said, 'or')}"


def _condition(condition: Condition) -> str:
    name = plain(f"{condition.record_class} {condition.name}".strip())
    single = condition.operator == "in" and len(condition.values) == 1
    return (
        f"{name} {_COMPARED['is' if single else condition.operator]} {listed(map(_constant, condition.values), 'or')}"
    )


def _constant(constant: Constant) -> str:
    if constant is None:
        return "empty"
    if isinstance(constant, bool):
        return str(constant).lower()
    return constant.isoformat() if isinstance(constant, date) else f"“{constant}”" if constant == "" else str(constant)


def data(names: Iterable[str], vocabulary: Mapping[str, Category]) -> str:
    """Return categories in words: "everything", whole groups, and the rest one by one."""
    left = set(names)
    if left.issuperset(vocabulary):
        return "everything"
    said: list[str] = []
    for group in dict.fromkeys(name.partition(".")[0] for name in vocabulary):
        members = [name for name in vocabulary if name.partition(".")[0] == group]
        if len(members) > 1 and left.issuperset(members):
            said.append(f"all {plain(group)} data")
        else:
            said += [vocabulary[name].label for name in members if name in left]
    return listed(said)
