"""What keeps a column from being stripped, as far as the schema tells it: keys, NULL, values that must differ.

An obstacle is about a column as a whole, whatever its rows hold. What only rows can tell (a check) is asked of them
(``holdord.plan.refusals``).
"""

from holdord.plan.bind import Bound
from holdord.plan.predicate import DataColumn
from holdord.schema import TableShape, Unique

Obstacle = tuple[str, str]
"""A finding's code and its words; both empty where nothing is in the way."""

NONE: Obstacle = ("", "")


def obstacle(bound: Bound, table: str, column: DataColumn) -> Obstacle:
    """Return what keeps ``column`` from being stripped, or nothing."""
    shape, name = bound.shape(table), f"{table}.{column.name}"
    here = shape.columns[column.column]
    pointed = {target for _, key in bound.children[table] for target in key.target} | set(shape.key)
    if column.column in pointed:
        return "key", f"{name} is a key and personal data: stripping it needs a surrogate key."
    if column.column in shape.divided_by:
        words = "says in which partition a row lies, so stripping it would move the row or be refused."
        return "partition", f"{name} {words} Divide the table by a column without personal data."
    if here.numbered:
        words = "is given by the database alone (GENERATED ALWAYS AS IDENTITY). Leave it out of the data map's columns:"
        return "generated", f"{name} {words} it then goes with its row."
    fed = [
        one.name
        for one in shape.columns.values()
        if column.column in one.made_of and one.name in pointed | bound.structural(table)
    ]
    if fed:
        words = f"the column {', '.join(fed)} is made of it, which a key, a reference, a clock or a condition reads."
        return "generated", f"{name} cannot be stripped: {words} Keep that in a column of its own."
    if column.action == "generalise" and not column.generalise:
        return (
            "no_generaliser",
            f"{name}: {column.category} is to be generalised. Say how in the data map (generalise).",
        )
    if column.action == "erase" and not column.in_json and column.erased_as is None and not here.nullable:
        return "no_placeholder", f"{name} refuses NULL. Give it a placeholder (erased_as) in the data map."
    return next(filter(any, (_alike(shape, one, name, column) for one in _uniques(shape, column))), NONE)


def is_keyed(column: DataColumn) -> bool:
    """Tell whether what stripping puts there is different in each row."""
    whole = column.action == "erase" and not column.in_json
    return whole and isinstance(column.erased_as, str) and "{key}" in column.erased_as


def _uniques(shape: TableShape, column: DataColumn) -> tuple[Unique, ...]:
    if shape.columns[column.column].unique and not shape.uniques:
        return (Unique(name=column.column, columns=frozenset({column.column})),)
    return shape.uniques


def _alike(shape: TableShape, unique: Unique, name: str, column: DataColumn) -> Obstacle:
    """Return why stripping may make two rows alike where the database refuses that, or nothing."""
    compared = unique.columns | unique.folded | unique.lowered
    if set(shape.key) <= unique.columns and not unique.overlapping:
        return NONE  # they differ by their key
    if column.column not in compared:
        words = f"the unique index {unique.name} reads it in an expression or in its condition, so rows may become"
        remedy = "Let it index the column itself, or lower(…) of it."
        return ("unique", f"{name}: {words} alike. {remedy}") if column.column in unique.unclear else NONE
    others = ", ".join(sorted(compared - {column.column}))
    together = f" together with {others}" if others else ""
    if column.action == "generalise" or column.in_json:
        words = f"is unique{together} ({unique.name}), and coarser values may be alike."
        return (
            "unique",
            f"{name} {words} Let the category be erased, with a placeholder (erased_as) that has '{{key}}'.",
        )
    if column.erased_as is None:
        words = f"may be NULL once only{together} ({unique.name}, NULLS NOT DISTINCT)."
        remedy = "Give it a placeholder (erased_as) with '{key}' in the data map."
        return ("unique", f"{name} {words} {remedy}") if unique.nulls_alike else NONE
    if not is_keyed(column):
        return "no_placeholder", f"{name} is unique{together}. Its placeholder (erased_as) needs '{{key}}'."
    numbers = all(shape.columns[part].family == "number" for part in shape.key)
    if unique.overlapping or (column.column not in unique.columns and not numbers):
        words = f"must differ from row to row by more than its letters ({unique.name}),"
        return "unique", f"{name} {words} and whether a placeholder does cannot be told. Give the table a numeric key."
    return NONE
