"""What every page must be: no barrier that axe finds, nothing wider than a small telephone, no word from elsewhere."""

from pathlib import Path
from typing import Any

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
SMALL = {"width": 320, "height": 640}
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
_RUN = """rules => axe.run(document, rules).then(
    found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`)
)"""


def barriers(page: Any) -> list[str]:
    """Return what axe finds on a page: the rule, and where."""
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, _RULES)
    return found


def sideways(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
