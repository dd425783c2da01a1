"""What a predicate asks of other rows than its own, and which references it follows to them."""

from collections.abc import Iterator

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


def asks_who_refers(predicate: Predicate) -> bool:
    """Tell whether the predicate depends on who refers to the row, or to what it refers to."""
    match predicate:
        case Refused(_, _, taken, _):
            return bool(taken)
        case All(parts) | Some(parts):
            return any(map(asks_who_refers, parts))
        case Not(part) | Up(_, part):
            return asks_who_refers(part)
        case _:
            return isinstance(predicate, Down | Referred)


def asks_beside(predicate: Predicate) -> bool:
    """Tell whether the predicate depends on who refers to what the row refers to: no key of the row's own guards it."""
    match predicate:
        case Up(_, where):
            return asks_who_refers(where)
        case All(parts) | Some(parts):
            return any(map(asks_beside, parts))
        case Not(part):
            return asks_beside(part)
        case _:
            return False


def referring(predicate: Predicate) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield who refers to the row itself, as the predicate asks: a table, and its columns."""
    match predicate:
        case Down(route, _):
            yield route[-1].child, route[-1].columns
        case Referred(child, key, _):
            yield child, key.columns
        case All(parts) | Some(parts):
            for part in parts:
                yield from referring(part)
        case Not(part):
            yield from referring(part)
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
