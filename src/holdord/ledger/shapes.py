"""Telling quickly that a line is canonical: most lines of a log differ from others in a few values only.

To know that a line is canonical JSON (RFC 8785), one parses it, writes it anew and compares; that costs more than
all the hashing of RFC 9162. So a line that was looked at this way teaches its *shape*: its members in their
order, its kind, and what type each value has. A shape is a regular expression that only canonical lines match: no
string in it may hold a quote, a backslash or a control character, which are the ones that need an escape, no
integer more than 15 digits. Lines that match no shape are parsed; nothing is believed for its looks. Learning costs
some milliseconds, so only shapes that come again are learned.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from holdord.errors import VerificationError
from holdord.ledger import entry

_MOST_SHAPES = 32
_MOST_SEEN = 512
_OFTEN = 8
_STRING = rb'"[^"\\\x00-\x1f]*+"'
_NUMBER = rb"(?:0|-?[1-9][0-9]{0,14}+)"
_NEVER = re.compile(rb"(?!)")


class Shapes:
    """The shapes that have been learned so far, and how many entries of each kind were seen.

    Attributes:
        kinds: How many entries of each kind.
        cut: A size up to which entries were pruned; 0 for none.
        pruned: The last entry that says so, or None.
    """

    def __init__(self, cut: int = 0) -> None:
        self.kinds: Counter[str] = Counter()
        self.cut = cut
        self.pruned: Mapping[str, Any] | None = None
        self._seen: Counter[bytes] = Counter()
        self._known: dict[bytes, str] = {}
        self._run = _NEVER

    def check(self, text: bytes, lines: Sequence[bytes], first: int) -> None:
        """Check that every line is an entry in canonical form, and count its kind.

        Args:
            text: Lines of UTF-8, each ended by a line feed.
            lines: The same lines without their ends.
            first: The index of the first one, for messages.

        Raises:
            VerificationError: One is not.
        """
        if not text.isascii():
            try:
                text.decode()
            except UnicodeDecodeError:
                raise VerificationError("The file is not UTF-8 throughout.") from None
        at = line = 0
        while at < len(text):
            run = self._run.match(text, at)
            if run:
                line += self._count(text, at, run.end())
                at = run.end()
            if at < len(text):
                try:
                    self._learn(lines[line])
                except VerificationError as error:
                    raise VerificationError(f"Entry {first + line}: {error}") from None
                at += len(lines[line]) + 1
                line += 1

    def _count(self, text: bytes, start: int, stop: int) -> int:
        """Count the kinds of a run of lines that match; a quote inside a string cannot feign one."""
        total = text.count(b"\n", start, stop)
        left = total
        *kinds, last = sorted(set(self._known.values()))
        for kind in kinds:
            number = text.count(b'"kind":"%b"' % kind.encode(), start, stop)
            self.kinds[kind] += number
            left -= number
        self.kinds[last] += left
        return total

    def _learn(self, line: bytes) -> None:
        value = entry.parse(line)
        kind = entry.check(value)
        self.kinds[kind] += 1
        if kind == entry.PRUNE:  # is never learned, so that each is seen here
            if self.cut and type(value.get("to")) is int and value["to"] == self.cut:
                self.pruned = value
            return
        full = len(self._known) >= _MOST_SHAPES or len(self._seen) >= _MOST_SEEN
        if full or b"\\" in line or line.count(b'"kind":') != 1:
            return
        shape = _shape(value, top=True)
        self._seen[shape] += 1
        if self._seen[shape] == _OFTEN and re.fullmatch(shape, line):
            self._known[shape] = kind
            self._run = re.compile(rb"(?:(?:" + rb"|".join(self._known) + rb")\n)*+")


def _shape(value: Any, *, top: bool = False, sealed: bool = False) -> bytes:
    if isinstance(value, dict):
        members = []
        for name, member in value.items():
            if top and name == "time":
                pattern = b'"' + entry.TIME.encode() + b'"'
            elif top and name in ("kind", "format"):
                pattern = re.escape(entry.canonical(member))
            elif sealed:
                pattern = b'"[0-9a-f]{64}"'
            else:
                pattern = _shape(member, sealed=top and name == "sealed")
            members.append(re.escape(entry.canonical(name)) + b":" + pattern)
        return rb"\{" + b",".join(members) + rb"\}"
    if isinstance(value, list):
        return rb"\[" + b",".join([_shape(item) for item in value]) + rb"\]"
    if isinstance(value, str):
        return _STRING
    if type(value) is int:
        return _NUMBER
    return re.escape(entry.canonical(value))
