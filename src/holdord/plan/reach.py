"""What a predicate asks of other rows than its own, and which references it follows to them."""

from collections.abc import Iterator

from holdord.datamap.model import Route
from holdord.plan.predicate import All, Down, Not, Predicate, Referred, Refused, Some, Up


def looks_elsewhere(predicate: Predicate) -> bool:
    """Tell whether the predicate reads rows of other tables (or other rows), so that a lock must come first."""
    if isinstance(predicate, Up | Down | Referred):
        return True
    if isinstance(predicate, Refused):
        return bool(predicate.taken) or any(looks_elsewhere(where) for where, _ in predicate.before)
    if isinstance(predicate, All | Some):
        return any(looks_elsewhere(part) for part in predicate.parts)
    return isinstance(predicate, Not) and looks_elsewhere(predicate.part)


def referring(predicate: Predicate, up: Route = ()) -> Iterator[tuple[Route, str, tuple[str, ...]]]:
    """Yield whose references the predicate depends on, to the row itself or to what it refers to.

    Args:
        predicate: What is said of a row.
        up: How that row is reached.

    Yields:
        The way up to the row that is referred to (none: the row itself), the table that refers, and its columns. What
        must not be alike with another row is no reference: no table, and no columns.
    """
    match predicate:
        case Down(route, _):
            yield up, route[-1].child, route[-1].columns
        case Referred(child, key, _):
            yield up, child, key.columns
        case Refused(_, _, taken, _) if taken:
            yield up, "", ()
        case Up(route, where):
            yield from referring(where, (*up, *route))
        case All(parts) | Some(parts):
            for part in parts:
                yield from referring(part, up)
        case Not(part):
            yield from referring(part, up)
        case _:
            pass


def followed(predicate: Predicate) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the references that the predicate follows: the table that refers, and its columns."""
    match predicate:
        case Up(route, where) | Down(route, where):
            yield from ((step.child, step.columns) for step in route)
            yield from followed(where)
        case Referred(child, key, where):
            yield child, key.columns
            yield from followed(where)
        case All(parts) | Some(parts):
            for part in parts:
                yield from followed(part)
        case Not(part):
            yield from followed(part)
        case _:
            pass
