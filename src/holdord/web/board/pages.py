"""The pages of the board: the notice with what becomes of it, an entry of the log, and what the public sees."""

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdord.document import MAX_BYTES
from holdord.errors import Refused
from holdord.files import read_inside
from holdord.ledger import log
from holdord.ledger.checkpoints import last_checkpoint
from holdord.ledger.merkle import leaf_hash
from holdord.ledger.note import read_checkpoint
from holdord.ledger.receipt import Receipt
from holdord.now import now
from holdord.policy.terms import LANGUAGES, Language
from holdord.run.company import Company
from holdord.run.sentences import Block, Sentence, blocks, untold
from holdord.run.shown import WORST, Board, PromiseShown
from holdord.web.board.inline import marked
from holdord.web.board.kept import BOARDS, YEARS, Kept
from holdord.web.say import language
from holdord.web.staff.roles import staff_only

_NEAR: dict[Language, tuple[Language, ...]] = {
    "nb": ("nb", "nn", "da", "sv"),
    "nn": ("nn", "nb", "da", "sv"),
    "da": ("da", "nb", "nn", "sv"),
    "sv": ("sv", "nb", "nn", "da"),
    "en": ("en",),
}
"""The languages that who reads one reads as well, the nearest first."""
_READ: dict[tuple[str, Language, int], tuple[Block, ...]] = {}
"""Notices that were taken apart, by policy, language and text."""
_STYLES: dict[str, str] = {
    "kept": "kept",
    "not_wired": "unwired",
    "waiting": "waiting",
    "due": "due",
    "broken": "broken",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A sentence of the notice as the board shows it.

    Attributes:
        state: The worst state of what it promises; empty where it promises nothing.
        cls: The style of that state.
        first: The promise that its mark leads to.
    """

    text: str
    promises: tuple[PromiseShown, ...]
    state: str
    cls: str
    first: str

    @property
    def is_looked_at(self) -> bool:
        """Whether a program looks into data for what is kept here; people's proofs are another thing."""
        parts = [part for one in self.promises for part in one.promise.parts]
        return all(part.purposes or part.holds or part.figures for part in parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A block of the notice as the board shows it.

    Attributes:
        cells: Its sentences, those of each cell apart.
        promises: What they promise, each once.
        quiet: A sentence for each of their states, for who sees no colours.
    """

    block: Block
    cells: tuple[tuple[Told, ...], ...]
    promises: tuple[PromiseShown, ...]
    quiet: tuple[Told, ...]
    anchor: str


@require_GET
@staff_only()
def board(request: HttpRequest) -> HttpResponse:
    """Show the notice, sentence by sentence, and whether what it says is kept."""
    asked = request.GET.get("state", "")
    wanted = asked if asked in _STYLES else ""
    with settings.HOLDORD_FOLDER.company() as company:
        kept = BOARDS.of(company, now())
        year = YEARS.of(company, now())
        spoken, found = _notice(company)
        left = untold(company.policy, found)
    by_id = {one.promise.id: one for one in kept.board.promises}
    units = _units(found, by_id, wanted)
    facts = {
        "kept": kept,
        "blocks": _blocks(units),
        "counts": _counts(kept.board),
        "parts": _parts(kept.board),
        "bar": _bar(kept.board),
        "untold": [by_id[one.id] for one in left],
        "spoken": spoken,
        "wanted": wanted,
        "year": _year(kept, year),
    }
    return render(request, "board/board.html", facts)


@require_GET
@staff_only()
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry of the log, and how to check it."""
    with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
        found = next(iter(log.read(connection, number, number + 1)), None) if number < log.size(connection) else None
        if found is None:
            raise Http404
        note = last_checkpoint(connection)
        size = _size(note)
        proof = log.inclusion_proof(connection, number, size) if number < size else []
    said = [(name, _written(value)) for name, value in found.value.items() if name != "sealed"]
    facts = {
        "number": number,
        "shown": said,
        "sealed": sorted(found.value.get("sealed", {})),
        "leaf": leaf_hash(found.body).hex(),
        "size": size,
        "proof": [one.hex() for one in proof],
        "note": note,
    }
    return render(request, "board/entry.html", facts)


@require_GET
@staff_only()
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out an entry with its proof, to check anywhere: ``holdord verify``."""
    with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
        note = last_checkpoint(connection)
        size = _size(note)
        if note is None or number >= size:
            raise Refused("No signed checkpoint holds this entry yet.")
        found = next(iter(log.read(connection, number, number + 1)))
        proof = tuple(log.inclusion_proof(connection, number, size))
    made = Receipt(note=note, index=number, proof=proof, body=found.body)
    response = HttpResponse(made.to_bytes(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{number}.txt"'
    return response


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """Show the published notice, with a discreet mark at what is kept. Nothing of how, and nothing of whom."""
    with settings.HOLDORD_FOLDER.company() as company:
        _check_public(company)
        kept = BOARDS.of(company, now())
        spoken, found = _notice(company)
    by_id = {one.promise.id: one for one in kept.board.promises}
    units = _units(found, by_id, "")
    return render(request, "board/public.html", {"blocks": _blocks(units), "spoken": spoken, "at": kept.checked})


@require_GET
def public_state(request: HttpRequest) -> HttpResponse:
    """Hand out what the public page says, and the signed checkpoint for outsiders to note."""
    with settings.HOLDORD_FOLDER.company() as company:
        _check_public(company)
        kept = BOARDS.of(company, now())
        with company.state.snapshot() as connection:
            note = last_checkpoint(connection)
    promises = [
        {"id": one.promise.id, "says": dict(one.promise.says.by), "state": one.state} for one in kept.board.promises
    ]
    return JsonResponse({"checked": kept.checked.isoformat(), "promises": promises, "checkpoint": note})


def _check_public(company: Company) -> None:
    if not company.settings.public:
        raise Http404


def _size(note: str | None) -> int:
    """Return how many entries a signed checkpoint holds; 0 where there is none."""
    return read_checkpoint(note.partition("\n\n")[0] + "\n").size if note else 0


def _written(value: object) -> str:
    """Return a value of an entry as the file of the log has it; a text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _notice(company: Company) -> tuple[Language, tuple[Block, ...]]:
    """Return the notice in the page's language, or in one that the company has, with its language."""
    notices = company.policy.notices
    near = _NEAR[language()]
    has = [one for one in (*near, company.policy.told.language, *LANGUAGES) if one in notices]
    if not has:
        raise Refused("The policy names no notice: holdord write makes one.")
    text = read_inside(company.folder, notices[has[0]], limit=MAX_BYTES).decode("utf-8-sig")
    key = (company.policy.digest, has[0], hash(text))
    if key not in _READ:
        if len(_READ) >= len(LANGUAGES):
            _READ.clear()
        _READ[key] = blocks(company.policy, has[0], text)
    return has[0], _READ[key]


def _units(found: tuple[Block, ...], by_id: dict[str, PromiseShown], wanted: str) -> list[Unit]:
    units: list[Unit] = []
    for number, block in enumerate(found):
        is_next_row = block.kind == "row" and units and units[-1].block.kind == "row"
        anchor = units[-1].anchor if is_next_row else f"b{number}"  # what a table promises stands below it once
        cells = tuple(tuple(_told(one, by_id, wanted, anchor) for one in cell) for cell in block.cells)
        told = [one for cell in cells for one in cell]
        promises = {each.promise.id: each for one in told for each in one.promises}
        quiet = {(one.state, one.is_looked_at): one for one in told if one.state}
        units.append(
            Unit(
                block=block,
                cells=cells,
                promises=tuple(promises.values()),
                quiet=tuple(quiet.values()),
                anchor=anchor,
            )
        )
    return units


def _told(one: Sentence, by_id: dict[str, PromiseShown], wanted: str, anchor: str) -> Told:
    shown = [by_id[name] for name in one.promises if not wanted or by_id[name].state == wanted]
    shown.sort(key=lambda each: WORST.index(each.state))
    state = shown[0].state if shown else None
    return Told(
        text=marked(one.text),
        promises=tuple(shown),
        state=state or "",
        cls=_STYLES[state] if state else "",
        first=f"{anchor}-{shown[0].promise.id}" if shown else "",
    )


def _blocks(units: list[Unit]) -> list[dict[str, Any]]:
    """Return the units, those of one list or table together, with what a table promises below it."""
    return [
        {
            "kind": kind,
            "units": (some := list(each)),
            "promises": list({one.promise.id: one for unit in some for one in unit.promises}.values()),
        }
        for kind, each in groupby(units, key=lambda unit: unit.block.kind)
    ]


def _counts(shown: Board) -> list[dict[str, Any]]:
    states = [one.state for one in shown.promises]
    return [{"state": state, "cls": _STYLES[state], "count": states.count(state)} for state in reversed(WORST)]


def _parts(shown: Board) -> dict[str, int]:
    """Return how many parts the promises have, and how many are kept."""
    states = [part.state for one in shown.promises for part in one.parts]
    return {"all": len(states), "kept": states.count("kept")}


def _bar(shown: Board) -> list[dict[str, Any]]:
    """Return the pieces of a bar of 100, best first."""
    total, at, pieces = max(len(shown.promises), 1), 0.0, []
    for one in _counts(shown):
        width = 100 * one["count"] / total
        pieces.append({"cls": one["cls"], "x": f"{at:.2f}", "width": f"{width:.2f}"})
        at += width
    return pieces


def _year(kept: Kept, year: dict[str, int]) -> list[tuple[PromiseShown, int]]:
    by_id = {one.promise.id: one for one in kept.board.promises}
    rows = sorted(year.items(), key=lambda one: -one[1])
    return [(by_id[name], count) for name, count in rows if name in by_id]
