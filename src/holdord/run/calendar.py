"""A rehearsal as a calendar: one SVG, a row for each promise, a field for each month (day, week, year), shaded by rows.

Where there is room the number stands in the field. Who cannot see it gets a title, a description with the totals, and
the words of each field.
"""

from itertools import groupby

from holdord.notice.picture.looks import KINDS, SEVERITIES
from holdord.run.fields import columns, counted, grouped, labels, noted, shade, short, steps
from holdord.run.foreseen import Foreseen, Rehearsal
from holdord.run.pen import Pen, lines

_WIDE, _EDGE, _GRID, _SUM, _LEFT = 1180, 44, 664, 76, 396
_ROW, _FIELD, _BARS = 42, 28, 76
_MOST_NOTES = 12
_LETTER, _BOLD = 5.9, 7.6
"""How wide a small letter is, and a bold one of usual size, about."""

_Looks = tuple[str, str]
_STOP, _ODD, _HOLD = (SEVERITIES["error"], "i stop"), (SEVERITIES["warning"], "i odd"), (KINDS["authority"].icon, "i")
"""Icon and class of what stops, of what is odd, and of a legal hold; the gravest first."""


def calendar(found: Rehearsal) -> str:
    """Return a rehearsal as an SVG document."""
    return _Sheet(found).drawn()


def _plural(count: int, word: str) -> str:
    return f"{grouped(count)} {word}{'' if count == 1 else 's'}"


class _Sheet:
    def __init__(self, found: Rehearsal) -> None:
        self.found = found
        self.pen = Pen(_WIDE, _EDGE)
        self.unit, self.columns = columns(found)
        self.rows = counted(found, self.columns)
        self.noted = noted(found, self.columns)
        self.sums = [sum(row[at] for row in self.rows.values()) for at in range(len(self.columns))]
        self.begins = steps(max((count for row in self.rows.values() for count in row.values()), default=1))
        self.at, self.wide = self.placed()
        self.name = max([len(promise) for promise in (*self.rows, "none")]) * _BOLD + 14

    def placed(self) -> tuple[list[float], float]:
        """Return where each column begins, and how wide one is: a gap after today, and between years or months."""
        overs = [column.over for column in self.columns]
        gap = 5 if self.unit != "week" else 0
        before = [14 if at == 1 else gap if at > 1 and overs[at] != overs[at - 1] else 0 for at in range(len(overs))]
        wide = min(47.0, (_GRID - sum(before)) / len(overs))
        return [_LEFT + at * wide + sum(before[: at + 1]) for at in range(len(overs))], wide

    def drawn(self) -> str:
        self.head()
        if self.found.rows:
            self.bars()
            self.axis()
            self.marks()
            for promise in self.rows:
                self.promise(promise)
            self.legend()
        else:
            self.pen.put(_EDGE, self.pen.y + 10, "Nothing goes.", "b")
            self.pen.y += 36
        self.notes()
        self.foot()
        found = self.found
        words = ", ".join(f"{grouped(count)} {word}" for word, count in found.actions.items() if count)
        each = " ".join(
            f"{total.promise or 'No promise'}: {_plural(total.rows, 'row')}, {total.first} to {total.last}."
            for total in found.totals
        )
        summary = f"{_plural(found.rows, 'row')} in all{f': {words}' if words else ''}. {each}"
        return self.pen.document(f"{found.company}: what will go, {found.today} to {found.until}", summary)

    def head(self) -> None:
        """Draw the title and the figures."""
        found, pen = self.found, self.pen
        pen.put(_EDGE, 56, "A rehearsal on a copy: what will go", "over")
        pen.put(_EDGE, 98, lines(found.company, 52, 1)[0], "h1 serif")
        span = f"{found.today} to {found.until}, by {found.by}" if found.until > found.today else f"{found.today} alone"
        draft = " The policy is a draft: nothing is erased by it." if found.draft else ""
        pen.put(_EDGE, 126, f"{span}, if the data stay as they are.{draft}", "muted")
        pen.y = 150
        pen.rule("strong")
        figures = [(found.rows, "row goes" if found.rows == 1 else "rows go")]
        figures += [(count, word) for word, count in found.actions.items() if count]
        figures += [(self.sums[0], "of them due already"), (len(self.rows), f"promise{'s'[len(self.rows) == 1 :]}")]
        for number, (count, word) in enumerate(figures if found.rows else []):
            pen.put(_EDGE + number * 176, 188, grouped(count), "n serif")
            pen.put(_EDGE + number * 176, 208, word, "muted")
        pen.y = 236 if found.rows else 176

    def bars(self) -> None:
        """Draw what goes in each column, all promises together."""
        pen, most = self.pen, max(self.sums[1:], default=0) or self.sums[0]
        pen.y += 16 + _BARS
        for at, count in enumerate(self.sums):
            if not count:
                continue
            high, wide = max(2.0, min(count / most, 1) * _BARS), max(self.wide - 2, 1)
            x, top = self.at[at] + 1, pen.y - high
            pen.begin(f"{self.columns[at].name}: {_plural(count, 'row')}")
            pen.box(x, top, wide, high, "bar")
            pen.end()
            if count > most:  # what is due already may be out of all proportion: its bar is broken
                pen.path(f"M{x - 1:g} {top + 18:g}l{wide + 2:g} -7v4l-{wide + 2:g} 7z", "paper")
            if self.wide >= 26 or at == 0 or count == most:
                pen.put(x + wide / 2, top - 5, short(count), "in b mid")
        pen.put(_EDGE, pen.y - 15, "All promises", "b")
        pen.put(_EDGE, pen.y, "rows that are erased, stripped or generalised", "muted small")
        pen.put(_WIDE - _EDGE, pen.y, grouped(self.found.rows), "end b")

    def axis(self) -> None:
        """Write the names of the columns, and below them what columns share, such as their year, where it fits."""
        pen, below, until = self.pen, 16 if self.unit == "week" else 32, 0.0
        for x, label in zip(self.at, labels(self.unit, self.columns, self.wide), strict=True):
            pen.put(x + self.wide / 2, pen.y + 16, label, "muted small mid")
        groups = [list(group) for _, group in groupby(enumerate(self.columns[1:], 1), key=lambda one: one[1].over)]
        for group in groups:
            words, x = group[0][1].over, self.at[group[0][0]] + 1
            long = len(words) * _BOLD * 0.85
            fits = group is groups[-1] or self.unit == "week" or long <= len(group) * self.wide
            if words and fits and until <= x < _WIDE - _EDGE - _SUM + 20 - long:
                pen.put(x, pen.y + below, words, "small b")
                until = x + long + 10
        pen.y += 42 if self.unit in ("day", "month") and len(self.columns) > 1 else 28

    def marks(self) -> None:
        """Draw where something stops and where a legal hold turns."""
        size = min(16.0, max(10.0, self.wide))
        for at, dates in self.noted.items():
            notes = [note for one in dates for note in _notes(one)]
            path, kind = min((looks for _, looks in notes), key=(_STOP, _ODD, _HOLD).index)
            self.pen.begin(f"{self.columns[at].name}: {' '.join(words for words, _ in notes)}")
            self.pen.icon(self.at[at] + (self.wide - size) / 2, self.pen.y + (16 - size) / 2, path, kind, size)
            self.pen.end()
        self.pen.y += 24 if self.noted else 0

    def promise(self, promise: str) -> None:
        """Draw one promise's row: its words, its fields, its total."""
        pen, row, top = self.pen, self.rows[promise], self.pen.y + (_ROW - _FIELD) / 2
        pen.rule()
        self.words(promise)
        wide = max(self.wide - 2, 1)
        empty = [f"M{x + 1:g} {top:g}h{wide:g}v{_FIELD}h-{wide:g}z" for at, x in enumerate(self.at) if not row[at]]
        if empty:
            pen.path("".join(empty), "none")
        for at, count in sorted(row.items()):
            x, level = self.at[at] + 1, shade(count, self.begins)
            pen.begin(f"{promise or 'no promise'}, {self.columns[at].name}: {_plural(count, 'row')}")
            pen.box(x, top, wide, _FIELD, f"s{level}")
            if wide >= 24:
                pen.put(x + wide / 2, top + 18, short(count), f"in mid t{level}")
            pen.end()
        pen.put(_WIDE - _EDGE, pen.y + 26, grouped(sum(row.values())), "end b")
        pen.y += _ROW

    def words(self, promise: str) -> None:
        """Write which promise it is and what it says, beside each other or below each other where the name is long."""
        pen, room = self.pen, _LEFT - _EDGE - 20
        says = self.found.says.get(promise, "Rows that no purpose ever covered")
        if self.name > room / 3:
            pen.put(_EDGE, pen.y + 18, lines(promise or "none", int(room / _BOLD), 1)[0], "b")
            pen.put(_EDGE, pen.y + 33, lines(says, int(room / _LETTER), 1)[0], "small muted")
            return
        told = lines(says, int((room - self.name) / _LETTER), 2)
        first = pen.y + (18 if len(told) > 1 else 26)
        pen.put(_EDGE, first, promise or "none", "b")
        for number, line in enumerate(told):
            pen.put(_EDGE + self.name, first + number * 15, line, "small muted" if number else "small")

    def legend(self) -> None:
        """Draw what the shades mean."""
        pen, x = self.pen, _LEFT + 1.0
        pen.rule()
        pen.y += 24
        pen.put(_EDGE, pen.y + 11, f"Rows in a {self.unit}, of one promise", "muted small")
        for first, after in zip(self.begins, [*self.begins[1:], 0], strict=True):
            words = f"{grouped(first)}–{grouped(after - 1)}" if after > first + 1 else grouped(first)
            words = words if after or first == 1 else f"{words} and more"
            pen.box(x, pen.y, 14, 14, f"s{shade(first, self.begins)}")
            pen.put(x + 20, pen.y + 11, words, "small")
            x += 40 + len(words) * _LETTER
        pen.y += 30

    def notes(self) -> None:
        """Say in words what stops and which legal holds turn."""
        pen, told = self.pen, [(one.at, *note) for one in self.found.dates for note in _notes(one)]
        for on, words, looks in told[:_MOST_NOTES]:
            pen.icon(_EDGE, pen.y + 1, *looks)
            pen.put(_EDGE + 26, pen.y + 13, str(on), "small b")
            for line in lines(words, int((_WIDE - 2 * _EDGE - 104) / _LETTER), 2):
                pen.put(_EDGE + 104, pen.y + 13, line, "small")
                pen.y += 16
            pen.y += 8
        if len(told) > _MOST_NOTES:
            more = f"and {len(told) - _MOST_NOTES} more, which holdord rehearse says in words"
            pen.put(_EDGE + 26, pen.y + 13, more, "small muted")
            pen.y += 24

    def foot(self) -> None:
        self.pen.y += 8
        self.pen.rule()
        words = "Made by holdord rehearse. A row that is stripped first and erased later counts both times."
        waiting = [total.promise for total in self.found.totals if total.approval]
        words += f" Taken as approved: {', '.join(waiting)}." if waiting else ""
        self.pen.put(_EDGE, self.pen.y + 22, words, "small muted")
        self.pen.y += 48


def _notes(one: Foreseen) -> list[tuple[str, _Looks]]:
    """Return what is to be said of a date, each with its looks."""
    found = [(finding.text, _STOP if finding.severity == "stop" else _ODD) for finding in one.findings]
    return [(str(turn), _HOLD) for turn in one.turns] + found
