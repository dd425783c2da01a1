"""What every page must be: no barrier that axe finds, nothing wider than a small telephone, no word from elsewhere."""

from pathlib import Path
from typing import Any

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
SMALL = {"width": 320, "height": 640}
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def barriers(page: Any) -> list[str]:
    """Return what axe finds on a page: the rule, and where."""
    page.evaluate(_AXE)
    found = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def sideways(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
