"""Loads the figures that stay when the data go."""

from collections.abc import Collection

from holdord.document import Path
from holdord.policy.duration import Duration
from holdord.policy.figure import Figure
from holdord.policy.grammar import FigureText, PolicyText
from holdord.policy.load.wrong import Wrong


def figures(written: PolicyText, categories: Collection[str], wrong: Wrong) -> dict[str, Figure]:
    """Return the figures, their categories known; whether a store has what they read is told when it is bound."""
    return {name: _figure(name, text, categories, wrong) for name, text in written.figures.items()}


def _figure(name: str, text: FigureText, categories: Collection[str], wrong: Wrong) -> Figure:
    path: Path = ("figures", name)
    for key, said in (("by", text.by), ("sums", text.sums)):
        for index, one in enumerate(said):
            if "." in one and one not in categories:
                remedy = "Add it below 'categories:', or mend its name."
                wrong.at((*path, key, index), f"The category {one!r} is unknown.", remedy)
            elif one in said[:index]:
                wrong.at((*path, key, index), f"{one!r} is said twice.", "Remove one of the two.")
    wait = text.wait
    return Figure(
        id=name,
        says=wrong.said(text.says),
        counts=text.counts,
        each=text.each,
        clock=text.start,
        by=tuple(text.by),
        sums=tuple(text.sums),
        at_least=text.at_least,
        wait=wrong.attempt((*path, "wait"), lambda: Duration.parse(wait), None) if wait else None,
    )
