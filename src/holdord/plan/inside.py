"""Pieces of a JSON column, said in SQL: whether they are there, and the column without them.

A piece lies at a path of keys. One that is missing or null is stripped already. What is no named piece is the rest of
the column. The rest is stripped when nothing but named pieces is left, in objects that lead to them. Nothing here fails
on a value that is no JSON, or not what the paths expect: such a value is left as it is, and ``misfit`` tells it.
"""

from collections.abc import Iterable, Mapping
from typing import Union

from holdord.plan.compiler import TEXT, Words
from holdord.plan.predicate import DataColumn

Path = tuple[str, ...]
Tree = Mapping[str, Union["Tree", None]]
"""Key → the tree below it, or None where a path ends."""


class Inside:
    """A JSON column of one row.

    Args:
        words: The statement that is being made.
        value: The column, quoted.
        base: Its type: ``json``, ``jsonb`` or ``text`` on PostgreSQL; of no matter on SQLite.
    """

    def __init__(self, words: Words, value: str, base: str) -> None:
        self.words = words
        self.value = value
        self.base = base
        self.is_sqlite = words.compiler.is_sqlite
        if self.is_sqlite:
            self.json = f"CASE WHEN typeof({value}) <> 'blob' AND json_valid({value}) THEN {value} END"
        elif base == "jsonb":
            self.json = value
        else:
            self.json = f"CASE WHEN pg_input_is_valid(CAST({value} AS text), 'jsonb') THEN CAST({value} AS jsonb) END"

    # What is asked

    def bare(self, column: DataColumn) -> str:
        """Return SQL for "this piece, or the rest, is stripped already"."""
        return self._bare_rest(_tree(column.inside)) if column.inside else f"NOT {self._filled(column.path)}"

    def misfit(self, paths: Iterable[Path]) -> str:
        """Return SQL for "the value is no JSON, or a path cannot be told in it".

        That is so where a list that is not empty lies on the way, and where a key is there twice or written with
        escapes that the database does not read as this key.
        """
        value = self.value
        wrong = [f"({self.json}) IS NULL"]
        ends = {path[: end + 1] for path in paths for end in range(len(path))}
        for path in sorted({one[:-1] for one in ends}):
            here = self._at(path)
            empty = "json_array_length" if self.is_sqlite else "jsonb_array_length"
            kind = f"json_type({self.json}, {self._path(path)})" if self.is_sqlite else f"jsonb_typeof({here})"
            length = f"{empty}({self.json}, {self._path(path)})" if self.is_sqlite else f"{empty}({here})"
            wrong.append(f"CASE WHEN {kind} = 'array' THEN {length} > 0 ELSE {self._no} END")
        wrong += map(self._unclear, sorted(ends))
        return f"{value} IS NOT NULL AND ({' OR '.join(wrong)})"

    def stripped(self, columns: Iterable[DataColumn]) -> str:
        """Return SQL for the column without these of its pieces and, where that is among them, without the rest."""
        columns = list(columns)
        rest = next((_tree(column.inside) for column in columns if column.inside), None)
        left = self.json
        if rest is not None:
            left = f"CASE WHEN {self._bare_rest(rest)} THEN {self.json} ELSE {self._kept(rest)} END"
        paths = [column.path for column in columns if column.path]
        if self.is_sqlite:
            gone = "".join(f", {self._gone(path)}" for path in paths)
            made = f"json_remove({left}{gone})" if paths else left
        else:
            chain = f"({left})" + "".join(f" #- {self._gone(path)}" for path in paths)
            made = f"CASE WHEN jsonb_typeof({left}) = 'object' THEN {chain} ELSE {left} END" if paths else left
            made = made if self.base == "jsonb" else f"CAST({made} AS {self.base})"
        return f"CASE WHEN ({self.json}) IS NULL THEN {self.value} ELSE {made} END"

    # How each database says it

    @property
    def _no(self) -> str:
        return "0" if self.is_sqlite else "false"

    @property
    def _yes(self) -> str:
        return "1" if self.is_sqlite else "true"

    def _text(self, words: str) -> str:
        bound = self.words.bind(words, TEXT)
        return bound if self.is_sqlite else f"CAST({bound} AS text)"

    def _path(self, path: Path) -> str:
        """Return a path as the database takes it."""
        if self.is_sqlite:
            return self._text("$" + "".join(f'."{key}"' for key in path))
        return f"ARRAY[{', '.join(map(self._text, path))}]::text[]"

    def _at(self, path: Path) -> str:
        return f"({self.json}) {'->' if self.is_sqlite else '#>'} {self._path(path)}"

    def _filled(self, path: Path) -> str:
        """SQL for "something other than null lies there"; always true or false."""
        if self.is_sqlite:
            return f"coalesce(json_type({self.json}, {self._path(path)}) <> 'null', 0)"
        return f"coalesce({self._at(path)} <> 'null'::jsonb, false)"

    def _gone(self, path: Path) -> str:
        """A path to take out, or where nothing is to be taken one that leads nowhere: below a null lies nothing."""
        nowhere = self._path((*path, path[-1])) if self.is_sqlite else "ARRAY[]::text[]"
        return f"CASE WHEN {self._filled(path)} THEN {self._path(path)} ELSE {nowhere} END"

    def _bare_rest(self, tree: Tree) -> str:
        if self.is_sqlite:
            kind, empty = f"json_type({self.json})", f"json_array_length({self.json}) = 0"
            only = " AND ".join(self._only(tree, ()))
        else:
            kind, empty = f"jsonb_typeof({self.json})", f"jsonb_array_length({self.json}) = 0"
            only = f"({self.json}) = {self._kept(tree)}"
        return (
            f"CASE coalesce({kind}, 'null') WHEN 'null' THEN {self._yes} WHEN 'object' THEN {only} "
            f"WHEN 'array' THEN {empty} ELSE {self._no} END"
        )

    def _only(self, tree: Tree, path: Path) -> Iterable[str]:
        """Conditions that an object has no key but these, and objects where they lead on; SQLite."""
        keys = ", ".join(map(self._text, tree))
        inner = ", ".join(self._text(key) for key, below in tree.items() if below is not None)
        astray = f" OR (holdord_e.key IN ({inner}) AND holdord_e.type <> 'object')" if inner else ""
        rows = f"json_each({self.json}, {self._path(path)}) AS holdord_e WHERE holdord_e.key NOT IN ({keys}){astray}"
        yield f"NOT EXISTS (SELECT 1 FROM {rows})"
        for key, below in tree.items():
            if below is not None:
                yield from self._only(below, (*path, key))

    def _kept(self, tree: Tree, path: Path = ()) -> str:
        """Return an object with nothing in it but the named pieces, as they are."""
        pairs = []
        for key, below in tree.items():
            here = (*path, key)
            found = self._at(here)
            if below is not None:
                kind = f"json_type({self.json}, {self._path(here)})" if self.is_sqlite else f"jsonb_typeof({found})"
                found = f"CASE WHEN {kind} = 'object' THEN {self._kept(below, here)} END"
            pairs.append(f"SELECT {self._text(key)} AS k, {found} AS j")
        each = " UNION ALL ".join(pairs)
        made = "json_group_object(k, json(j))" if self.is_sqlite else "coalesce(jsonb_object_agg(k, j), '{}'::jsonb)"
        return f"(SELECT {made} FROM ({each}) AS kept WHERE j IS NOT NULL)"

    def _unclear(self, path: Path) -> str:
        """SQL for "the last key of the path is there twice, or as another that means the same"."""
        if self.base == "jsonb":
            return self._no
        key, above = self._text(path[-1]), self._path(path[:-1])
        if self.is_sqlite:
            keys = f"json_each({self.json}, {above}) AS holdord_e WHERE holdord_e.key = {key}"
            return f"(SELECT count(*) FROM {keys}) > (json_type({self.json}, {self._path(path)}) IS NOT NULL)"
        written = f"CASE WHEN ({self.json}) IS NOT NULL THEN CAST({self.value} AS json) END"
        here = f"({written}) #> {above}"
        within = f"CASE WHEN json_typeof({here}) = 'object' THEN {here} ELSE '{{}}'::json END"
        return f"(SELECT count(*) FROM json_object_keys({within}) AS k WHERE k = {key}) > 1"


def _tree(paths: Iterable[Path]) -> Tree:
    """Return paths as a tree; none of them leads through the end of another."""
    made: dict[str, dict[str, object] | None] = {}
    for path in paths:
        here: dict[str, object] = made  # type: ignore[assignment]
        for key in path[:-1]:
            here = here.setdefault(key, {})  # type: ignore[assignment]
        here[path[-1]] = None
    return made  # type: ignore[return-value]
