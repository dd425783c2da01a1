"""Loads a data map: whole, or not at all with every mistake named by file, line, column and remedy.

Refused: unknown keys, zones that are none, references to tables that are not mapped or in a circle, a table without a
record class, a category for a column whose content decides what is due, paths inside of JSON that lead through a
list or through each other, and persons of a class that no table holds.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holdord.datamap.grammar import ColumnText, DataMapText, References, TableText
from holdord.datamap.model import ClockColumn, Column, DataMap, Kind, Reference, Table
from holdord.document import read, validate
from holdord.errors import DataMapError, InputError

PERSON = "person"
"""The class whose records are people where a data map says nothing else."""


def load(text: str | bytes, *, file: str = "datamap.yaml") -> DataMap:
    """Return the data map written in ``text``.

    Raises:
        DataMapError: With file, line, column and remedy for every mistake.
    """
    try:
        document = read(text, file)
        written = validate(document, DataMapText)
    except InputError as error:
        raise DataMapError(error.problems) from error
    problems = []

    def zone(name: str, *path: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            problems.append(document.problem(path, f"{name!r} is no time zone.", "Such as 'Europe/Oslo' or 'UTC'."))
            return ZoneInfo("UTC")

    usual = zone(written.zone, "zone")
    references = {
        name: (*_references(name, "part_of", table.part_of), *_references(name, "refers_to", table.refers_to))
        for name, table in written.tables.items()
    }
    for name, edges in references.items():
        for edge in edges:
            if edge.parent not in written.tables:
                where = ("tables", name, edge.kind)
                problems.append(
                    document.problem(where, f"{edge.parent!r} is no mapped table.", "Map it below 'tables:'.")
                )
    problems += [
        document.problem(
            ("tables", name), f"The references lead in a circle: {' → '.join(circle)}.", "Map one way only."
        )
        for name in written.tables
        if (circle := _circle(name, references)) and min(circle) == name
    ]
    classes: dict[str, str] = {}
    if not problems:
        for name in written.tables:
            found = _class_of(name, written.tables, references)
            if found is None:
                remedy = "Add 'class:', or 'part_of:' a table that has one."
                problems.append(document.problem(("tables", name), "This table has no record class.", remedy))
            else:
                classes[name] = found
    made = {}
    for name, table in written.tables.items():
        clocks = {
            clock: ClockColumn(
                name=clock,
                table=name,
                column=said.column,
                encoding=said.encoding,
                zone=zone(said.zone, "tables", name, "clocks", clock, "zone") if said.zone else usual,
                not_started=tuple(said.not_started),
            )
            for clock, said in table.clocks.items()
        }
        structural = {said.column for said in table.clocks.values()}
        structural |= {said.column for said in table.conditions.values()}
        structural |= {column for reference in references[name] for column in reference.columns}
        for column in sorted(structural & set(table.columns)):
            problems.append(
                document.problem(
                    ("tables", name, "columns", column),
                    f"{column!r} is a clock, a condition or a reference: stripping it would change what is due.",
                    "Remove it here; it goes with its row.",
                )
            )
        for column, said_of in table.columns.items():
            problems += [
                document.problem(("tables", name, "columns", column, *path), what, remedy)
                for path, what, remedy in _insides(said_of)
            ]
        made[name] = Table(
            name=name,
            record_class=classes.get(name, ""),
            is_record=table.record_class is not None,
            default=table.default,
            columns={
                column: Column(
                    name=column,
                    category=said.category,
                    erased_as=said.erased_as,
                    generalise=said.generalise or "",
                    inside={tuple(path.split(".")): category for path, category in said.inside.items()},
                )
                for column, said in table.columns.items()
            },
            clocks=clocks,
            conditions={condition: said.column for condition, said in table.conditions.items()},
            references=references[name],
            values={condition: tuple(said.values) for condition, said in table.conditions.items() if said.values},
        )
    records = {table.record_class for table in made.values() if table.is_record}
    for index, name in enumerate(written.persons or ()):
        if name not in records:
            remedy = f"Classes: {', '.join(sorted(records))}."
            problems.append(document.problem(("persons", index), f"No table holds records of class {name!r}.", remedy))
    if problems:
        raise DataMapError(problems)
    return DataMap(
        file=file,
        store=written.store,
        tables=made,
        not_personal=dict(written.not_personal),
        persons=tuple(dict.fromkeys(written.persons or records & {PERSON})),
    )


def _insides(column: ColumnText) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (where below the column, what is wrong, what to do) of what is said to lie inside."""
    for name in ("erased_as", "generalise"):
        if column.inside and getattr(column, name) is not None:
            what = f"{name!r} is for a column as a whole: of one with pieces inside an object with these is left."
            yield (name,), what, "Remove it."
    paths = {tuple(path.split(".")): path for path in column.inside}
    for path, said in paths.items():
        if any(key.isdigit() for key in path):
            what = f"{said!r} leads through a list, of which no single element can be told for good."
            yield ("inside", said), what, "Name the key that holds the list; it is stripped as a whole."
        outer = next((other for other in paths if other != path and path[: len(other)] == other), None)
        if outer is not None:
            yield ("inside", said), f"{said!r} lies inside of {paths[outer]!r}, which is named as well.", "Name one."


def _references(child: str, kind: Kind, written: References) -> tuple[Reference, ...]:
    if isinstance(written, dict):
        return tuple(
            Reference(kind=kind, child=child, columns=(column,), parent=parent) for column, parent in written.items()
        )
    return tuple(
        Reference(kind=kind, child=child, columns=tuple(entry.columns), parent=entry.table) for entry in written
    )


def _circle(start: str, references: dict[str, tuple[Reference, ...]]) -> list[str]:
    """Return the tables of a circle through ``start``, or nothing."""
    trail: list[str] = []
    seen: set[str] = set()

    def walk(name: str) -> bool:
        trail.append(name)
        for reference in references.get(name, ()):
            if reference.parent == start:
                return True
            if reference.parent not in seen:
                seen.add(reference.parent)
                if walk(reference.parent):
                    return True
        trail.pop()
        return False

    return [*trail, start] if walk(start) else []


def _class_of(name: str, tables: dict[str, TableText], references: dict[str, tuple[Reference, ...]]) -> str | None:
    if tables[name].record_class is not None:
        return tables[name].record_class
    found = {
        _class_of(reference.parent, tables, references) for reference in references[name] if reference.kind == "part_of"
    }
    return found.pop() if len(found) == 1 else None
