"""What the text of a declaration says: checks, generated columns, and which columns an expression reads.

SQLite keeps a table's constraints as the text that declared them, so that text is cut into tokens here. Which columns
an expression reads is told by the names in it, in whatever place: rather one too many than one too few.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<word>\w+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_FOLDED = re.compile(r'(?:lower|upper)\(\(*("(?:[^"]|"")+"|\w+)\)*(?:::\w+)?\)+(?:asc|desc)?', re.IGNORECASE)
_IS_THERE = re.compile(r"\(*[^()]+\bis not null\)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL: its kind (string, quoted, word, sign), where it lies, and its name, unquoted."""

    kind: str
    start: int
    end: int
    name: str

    def says(self, word: str) -> bool:
        """Tell whether this is a keyword or a sign."""
        return self.kind in ("word", "sign") and self.name.upper() == word


def tokens(sql: str) -> list[Token]:
    """Return the tokens of ``sql``, without blanks and comments."""
    found = []
    for match in _TOKEN.finditer(sql):
        kind, name = str(match.lastgroup), match.group()
        if kind == "quoted":
            end = "]" if name[0] == "[" else name[0]
            name = name[1:-1].replace(end * 2, end)
        if kind != "blank":
            found.append(Token(kind, match.start(), match.end(), name))
    return found


def read_by(sql: str, columns: Iterable[str]) -> frozenset[str]:
    """Return those of ``columns`` that ``sql`` names."""
    named = {token.name.casefold() for token in tokens(sql) if token.kind in ("word", "quoted")}
    return frozenset(column for column in columns if column.casefold() in named)


def folded(sql: str, columns: Iterable[str]) -> str:
    """Return the column that ``sql`` compares without regard to case and in no other way, or nothing."""
    found = _FOLDED.fullmatch("".join(sql.split()))
    named = found.group(1) if found else ""
    named = named[1:-1].replace('""', '"') if named.startswith('"') else named
    return next((column for column in columns if named and column.casefold() == named.casefold()), "")


def asks_presence(sql: str) -> bool:
    """Tell whether a condition says of one column that it is not NULL, and nothing else."""
    return _IS_THERE.fullmatch(sql.strip()) is not None and len(tokens(sql.strip("() \n"))) == 4


def checks(sql: str) -> Iterator[tuple[str, str]]:
    """Yield (name, condition) of every CHECK in a CREATE TABLE; the name is empty where it has none."""
    found = tokens(sql)
    for place, token in enumerate(found[:-1]):
        if token.says("CHECK") and found[place + 1].says("("):
            named = place > 1 and found[place - 2].says("CONSTRAINT")
            yield found[place - 1].name if named else "", _inside(sql, found, place + 1)


def generated(sql: str) -> Iterator[tuple[str, str]]:
    """Yield (column, expression) of every generated column in a CREATE TABLE."""
    found = tokens(sql)
    depth, begins, column = 0, False, ""
    for place, token in enumerate(found):
        if depth == 1 and begins:
            column, begins = token.name, False
        if token.says("("):
            if depth == 1 and found[place - 1].says("AS"):
                yield column, _inside(sql, found, place)
            depth += 1
            begins = depth == 1
        elif token.says(")"):
            depth -= 1
        elif token.says(",") and depth == 1:
            begins = True


def parts(sql: str) -> tuple[list[str], str]:
    """Return the expressions of a CREATE INDEX, and the condition of a partial one."""
    found = tokens(sql)
    opening = next(place for place, token in enumerate(found) if token.says("("))
    listed, depth, begin, place = [], 0, found[opening].end, opening
    for place, token in enumerate(found[opening:], opening):  # noqa: B007 (where it ended is what is asked)
        depth += token.says("(") - token.says(")")
        if not depth or (depth == 1 and token.says(",")):
            listed.append(sql[begin : token.start].strip())
            begin = token.end
        if not depth:
            break
    rest = found[place + 1 :]
    return listed, sql[rest[0].end :].strip() if rest and rest[0].says("WHERE") else ""


def _inside(sql: str, found: list[Token], opening: int) -> str:
    """Return what stands between the bracket at ``opening`` and the one that closes it."""
    depth = 0
    for token in found[opening:]:
        depth += token.says("(") - token.says(")")
        if not depth:
            return sql[found[opening].end : token.start].strip()
    return sql[found[opening].end :].strip()
