"""The pages of the board: the notice with what becomes of it, an entry of the log, and what the public sees."""

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
from holdord.ledger.note import read_checkpoint
from holdord.ledger.receipt import Receipt
from holdord.now import now
from holdord.policy.terms import LANGUAGES, Language
from holdord.run.company import Company
from holdord.run.sentences import Line, lines, untold
from holdord.run.shown import WORST, Board, PromiseShown, State
from holdord.web.board.kept import Boards, Kept
from holdord.web.say import language
from holdord.web.staff.roles import staff_only

_BOARDS = Boards()
_NEAR: dict[Language, tuple[Language, ...]] = {
    "nb": ("nb", "nn", "da", "sv"),
    "nn": ("nn", "nb", "da", "sv"),
    "da": ("da", "nb", "nn", "sv"),
    "sv": ("sv", "nb", "nn", "da"),
    "en": ("en",),
}
"""The languages that who reads one reads as well, the nearest first."""
_STYLES: dict[State, str] = {
    "kept": "kept",
    "not_wired": "unwired",
    "waiting": "waiting",
    "due": "due",
    "broken": "broken",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A line of the notice as the board shows it.

    Attributes:
        state: The worst state of what it promises; empty where it promises nothing.
        cls: The style of that state.
    """

    line: Line
    promises: tuple[PromiseShown, ...]
    state: str
    cls: str
    anchor: str

    @property
    def is_looked_at(self) -> bool:
        """Whether a program looks into data for what is kept here; people's proofs are another thing."""
        parts = [part for one in self.promises for part in one.promise.parts]
        return all(part.purposes or part.holds or part.figures for part in parts)


@require_GET
@staff_only()
def board(request: HttpRequest) -> HttpResponse:
    """Show the notice, line by line, and whether what it says is kept."""
    wanted = request.GET.get("state", "")
    with settings.HOLDORD_FOLDER.company() as company:
        kept = _BOARDS.of(company, now())
        spoken, text = _notice(company)
        found = lines(company.policy, spoken, text)
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
        "year": _year(kept),
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
    shown = [(name, value) for name, value in found.value.items() if name != "sealed"]
    facts = {"number": number, "shown": shown, "sealed": sorted(found.value.get("sealed", {})), "note": note}
    return render(request, "board/entry.html", facts)


@require_GET
@staff_only()
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out an entry with its proof, to check anywhere: ``holdord verify``."""
    with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
        note = last_checkpoint(connection)
        size = read_checkpoint(note.partition("\n\n")[0] + "\n").size if note else 0
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
        kept = _BOARDS.of(company, now())
        spoken, text = _notice(company)
        found = lines(company.policy, spoken, text)
    by_id = {one.promise.id: one for one in kept.board.promises}
    units = _units(found, by_id, "")
    return render(request, "board/public.html", {"blocks": _blocks(units), "spoken": spoken, "at": kept.checked})


@require_GET
def public_state(request: HttpRequest) -> HttpResponse:
    """Hand out what the public page says, and the signed checkpoint for outsiders to note."""
    with settings.HOLDORD_FOLDER.company() as company:
        _check_public(company)
        kept = _BOARDS.of(company, now())
        with company.state.snapshot() as connection:
            note = last_checkpoint(connection)
    promises = [
        {"id": one.promise.id, "says": dict(one.promise.says.by), "state": one.state} for one in kept.board.promises
    ]
    return JsonResponse({"checked": kept.checked.isoformat(), "promises": promises, "checkpoint": note})


def _check_public(company: Company) -> None:
    if not company.settings.public:
        raise Http404


def _notice(company: Company) -> tuple[Language, str]:
    """Return the notice in the page's language, or in one that the company has."""
    notices = company.policy.notices
    near = _NEAR[language()]
    has = [one for one in (*near, company.policy.told.language, *LANGUAGES) if one in notices]
    if not has:
        raise Refused("The policy names no notice: holdord write makes one.")
    text = read_inside(company.folder, notices[has[0]], limit=MAX_BYTES).decode("utf-8-sig")
    return has[0], text


def _units(found: tuple[Line, ...], by_id: dict[str, PromiseShown], wanted: str) -> list[Unit]:
    units = []
    for number, line in enumerate(found):
        shown = tuple(by_id[name] for name in line.promises)
        if wanted:
            shown = tuple(one for one in shown if one.state == wanted)
        worst = min((one.state for one in shown), key=WORST.index, default=None)
        cls = _STYLES[worst] if worst else ""
        units.append(Unit(line=line, promises=shown, state=worst or "", cls=cls, anchor=f"l{number}"))
    return units


def _blocks(units: list[Unit]) -> list[dict[str, Any]]:
    """Return the lines, those of one list or table together."""
    return [{"kind": kind, "units": list(some)} for kind, some in groupby(units, key=lambda unit: unit.line.kind)]


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


def _year(kept: Kept) -> list[tuple[PromiseShown, int]]:
    by_id = {one.promise.id: one for one in kept.board.promises}
    rows = sorted(kept.in_a_year.items(), key=lambda one: -one[1])
    return [(by_id[name], count) for name, count in rows if name in by_id]
