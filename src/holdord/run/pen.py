"""Draws SVG that looks like the pictures of notices (``holdord.notice.picture``): their fonts, greys, hue and icons.

Shades are the hue of storage times in five lightnesses, so a black and white print tells them apart; numbers on them
have a contrast of 4.5 to 1 and more. Colours are written out, since not every program that shows SVG knows the newer
ways of CSS. A document loads and runs nothing.
"""

from holdord.notice.picture.looks import text

_STYLE = """
svg{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
text{fill:#1f2328;font-variant-numeric:tabular-nums lining-nums}
.serif{font-family:"Iowan Old Style",Charter,"Bitstream Charter","Source Serif 4","Palatino Linotype",Georgia,
"Noto Serif",serif}
.paper{fill:#fcfbf8}.over{fill:#1c5170;font-weight:600;letter-spacing:.02em}.h1{font-size:38px;font-weight:500}
.n{font-size:30px;font-weight:600}.muted{fill:#63676d}.small{font-size:11.5px}.b{font-weight:600}
.in{font-size:10.5px}.mid{text-anchor:middle}.end{text-anchor:end}
.rule{stroke:#dcd8ce}.strong{stroke:#1f2328;stroke-width:2}.none{fill:#f1eee6}.bar{fill:#1c5170}
.s1{fill:#f9dec4}.s2{fill:#edb886}.s3{fill:#cc8b48}.s4{fill:#935e24}.s5{fill:#56340e}.t4,.t5{fill:#fff}
.i{fill:none;stroke:#63676d;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}.stop{stroke:#a3241b}.odd{stroke:#855000}
@media screen and (prefers-color-scheme:dark){
text{fill:#e4e2dc}.paper{fill:#16181b}.over{fill:#8fc4e2}.muted{fill:#a0a3a8}.bar{fill:#8fc4e2}
.rule{stroke:#373b41}.strong{stroke:#e4e2dc}.none{fill:#202327}.i{stroke:#a0a3a8}.stop{stroke:#ff9d92}.odd{stroke:#eebb66}
.s1{fill:#4f3720}.s2{fill:#7a5126}.s3{fill:#b07a40}.s4{fill:#d99d61}.s5{fill:#ffd5ae}.t3,.t4,.t5{fill:#16181b}}
"""


def said(words: str) -> str:
    """Return words as XML text; what XML has no place for is gone."""
    return text(" ".join(words.split()))


def lines(words: str, letters: int, most: int) -> list[str]:
    """Return words in at most so many lines of so many letters; what does not fit ends in an ellipsis."""
    found = [""]
    for word in words.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > letters:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    found = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in found]
    return found if len(found) <= most else [*found[: most - 1], f"{found[most - 1][: letters - 1].rstrip(' .,;:')}…"]


class Pen:
    """Draws on one sheet.

    Attributes:
        wide: The sheet's width; ``edge`` is left free on both sides.
        y: How far down the sheet is drawn.
    """

    def __init__(self, wide: int, edge: int) -> None:
        self.wide = wide
        self.edge = edge
        self.y = 0.0
        self._parts: list[str] = []

    def put(self, x: float, y: float, words: str, kind: str = "") -> None:
        """Write words; nothing where there are none."""
        if words:
            self._parts.append(f'<text x="{x:g}" y="{y:g}"{_kind(kind)}>{said(words)}</text>')

    def rule(self, kind: str = "rule") -> None:
        """Draw a line across the sheet."""
        self._parts.append(f'<path class="{kind}" d="M{self.edge} {self.y:g}H{self.wide - self.edge}"/>')

    def box(self, x: float, y: float, wide: float, high: float, kind: str) -> None:
        """Draw a filled box."""
        self._parts.append(f'<rect{_kind(kind)} x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}"/>')

    def path(self, path: str, kind: str) -> None:
        """Draw a path."""
        self._parts.append(f'<path{_kind(kind)} d="{path}"/>')

    def icon(self, x: float, y: float, path: str, kind: str = "i", size: float = 16) -> None:
        """Draw an icon; icons are made on a grid of 16 by 16."""
        scale = f" scale({size / 16:g})" if size != 16 else ""
        self._parts.append(f'<path{_kind(kind)} transform="translate({x:g} {y:g}){scale}" d="{path}"/>')

    def begin(self, words: str) -> None:
        """Begin a group that has a name: what is shown of it where a pointer rests, and said to who cannot see it."""
        self._parts.append(f"<g><title>{said(words)}</title>")

    def end(self) -> None:
        """End the group."""
        self._parts.append("</g>")

    def document(self, title: str, description: str) -> str:
        """Return the sheet as an SVG document."""
        high, drawn = f"{self.y:g}", "\n".join(self._parts)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.wide} {high}" width="{self.wide}" '
            f'height="{high}" role="img" aria-labelledby="title desc" lang="en">\n'
            f'<title id="title">{said(title)}</title>\n<desc id="desc">{said(description)}</desc>\n'
            f'<style>{_STYLE}</style>\n<rect class="paper" width="{self.wide}" height="{high}"/>\n{drawn}\n</svg>\n'
        )


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
