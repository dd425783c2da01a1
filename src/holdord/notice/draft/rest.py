"""What a drafted policy says beside purposes and promises: security, cookies, special categories, changes."""

from typing import Any

from holdord.notice.draft.draft import QUESTION, Note
from holdord.notice.draft.limits import Notes
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.usual import told
from holdord.notice.draft.words import Words
from holdord.notice.facts.phrases import table
from holdord.policy.duration import Duration

_MOST_MEASURES = 8
_DECISION = "automated"
_LONGEST_NAME = 100


def security(seen: Seen, words: Words, notes: Notes) -> list[Any]:
    """Return the measures of GDPR art. 32 in the notice's own sentences."""
    numbers = [
        number for number in seen.of_kind("security")
        if not seen.kinds(number) & {"recipient", "processor_role"} and seen.reading.segments[number].role != "lead_in"
    ]  # fmt: skip
    numbers = [n for n in numbers if seen.values(n, "measure")] or numbers
    if numbers:
        text = f"the notice's own sentences, from line {seen.places.line(numbers[0])} on."
        notes["security",] = (Note("said", text),)
    return [words.sentence(number) for number in numbers[:_MOST_MEASURES]]


def cookies(seen: Seen, words: Words, notes: Notes) -> dict[str, Any]:
    """Return the cookies that the notice names; how long one lasts is a question where the notice does not say."""
    made: dict[str, Any] = {}
    data = table("usual.told.toml")
    for number in seen.of_kind("cookie"):
        for name in seen.values(number, "cookie"):
            if name in made or len(name) > _LONGEST_NAME:
                continue
            known = data["cookies"].get(name, {"set_by": "own", "for": "needed", "lasts": "12 months"})
            path = ("cookies", name)
            own = known["set_by"] == "own"
            set_by = words.of(data["own"]) if own else {"any": known["set_by"]}
            notes[path] = (seen.said(number), Note("guess", "what it is for, and who sets it."))
            made[name] = {"for": words.of(told("cookie_uses", known["for"])), "set_by": set_by}
            made[name]["lasts"] = _lasts(seen, notes, path, number, known["lasts"])
    return made


def _lasts(seen: Seen, notes: Notes, path: tuple[str, str], number: int, usual: str) -> str:
    for duration in seen.durations.get(number, ()):
        said = f"{duration.value:g} {duration.unit}s"
        try:
            if duration.action == "cookie_expiry":
                return str(Duration.parse(said))
        except ValueError:
            continue
    text = f'how long does it last? A time, or "session" until the browser is closed. {seen.usual(usual)}'
    notes[(*path, "lasts")] = (Note("question", text),)
    return QUESTION


def sensitive(seen: Seen, notes: Notes) -> dict[str, Any]:
    """Return the special categories that are processed, each with its letter of GDPR art. 9(2), or a question."""
    made: dict[str, Any] = {}
    letters = [fact.value[5] for fact in seen.reading.facts if fact.what == "basis" and fact.value.startswith("9(2)(")]
    for number in seen.of_kind("sensitive"):
        kinds = seen.kinds(number)
        if seen.denied(number) or seen.defines(number) or kinds & {"definition_or_filler", "security", "right"}:
            continue
        for name in seen.tells[number].get("special", []):
            if name in made:
                continue
            path = ("sensitive", name)
            notes[path] = (seen.said(number),)
            if len(set(letters)) == 1:
                made[name] = letters[0]
                continue
            text = (
                "which letter of GDPR art. 9(2) allows it: a (explicit consent), b (employment law), h (health care), "
                f"…? {seen.usual('a')}"
            )
            notes[path] = (seen.said(number), Note("question", text))
            made[name] = QUESTION
    return made


def decisions(seen: Seen, words: Words, notes: Notes) -> Any:
    """Return what is said of automated decisions (art. 13(2)(f)) that there are, or nothing."""
    for number in seen.sentences():
        if seen.values(number, _DECISION) and not seen.denied(number) and not seen.kinds(number) & {"right", "consent"}:
            notes["decisions",] = (seen.said(number),)
            return words.sentence(number)
    return None


def changes(seen: Seen, words: Words, notes: Notes) -> Any:
    """Return how people are told of changes: the notice's first sentence about that."""
    for number in seen.of_kind("change"):
        if not seen.values(number, "version_date") and "authority" not in seen.kinds(number):
            notes["changes",] = (seen.said(number),)
            return words.sentence(number)
    return None
