"""From when a time counts: the words of a sentence that say so.

They follow the time ("3 years *after your last purchase*"), open the sentence ("*When you close the account*, we …"),
or stand between what is done and the time ("erased *after the event* within 60 days"). "After" that names a rule
rather than an event ("etter bokføringsloven": under the Bookkeeping Act) is none. An answer counts from the request,
and what is done at intervals is ``recurring``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from holdord.notice.facts.phrases import Hit, Phrases, Word, table, words_of
from holdord.notice.model import Action
from holdord.notice.times.spans import Span

RECURRING = "recurring"
_LONGEST = 24  # words
_LONGEST_LIST = 60
_GAP = 3  # words between the time and what it counts from: "3 years in our register after …"
_END = re.compile(r"[,;:|()\[\]!?]|\.(?=\s+[^\W\da-zæøåäö]|\s*$)|\s[-–—]\s")
_LIST_END = re.compile(r"[;|()\[\]!?]|\.(?=\s+[^\W\da-zæøåäö]|\s*$)")
_NEXT = frozenset(("keep", "delete", "anonymise", "respond", "notify", "report"))
_DONE: frozenset[Action] = frozenset(("delete", "anonymise", "respond", "notify", "other_limit"))


@cache
def _lists() -> Mapping[str, Any]:
    data = table("durations.toml")
    trigger = {key: frozenset(words) for key, words in data["trigger"].items()}
    return {
        **trigger,
        "thereafter": re.compile(rf"\b(?:{'|'.join(data['trigger']['thereafter'])})\b", re.IGNORECASE),
        "aslong": re.compile(rf"\b(?:{'|'.join(data['trigger']['aslong'])})\s+", re.IGNORECASE),
        "openings": tuple(data["trigger"]["opening"]),
        "conditionals": tuple(data["trigger"]["conditional"]),
        "event": re.compile("|".join(data["trigger"]["events"]), re.IGNORECASE),
        "place": re.compile(rf"\b(?:{'|'.join(data['trigger']['places'])})", re.IGNORECASE),
        "stop": re.compile(rf"\b(?:{'|'.join(data['stop']['words'])})\b", re.IGNORECASE),
        "law": re.compile(
            rf"(?:{'|'.join(data['stop']['laws'])})$|\w{{3,}}(?:{'|'.join(data['stop']['endings'])})$", re.IGNORECASE
        ),
        "list": re.compile(rf"\b(?:{'|'.join(data['trigger']['listed'])})(?:\s+\w+)?$", re.IGNORECASE),
        "quiet": Phrases([{"quiet": {"": data["prep"]["quiet"]}}]),
        "request": Phrases([{"request": {"": data["stop"]["requests"]}}]),
    }


def trigger_of(text: str, span: Span, action: Action, cues: Sequence[Hit], words: Sequence[Word]) -> str | None:
    """Return the words that say from when ``span`` counts, or None where the sentence does not say."""
    if span.recurring:
        return RECURRING
    found = (
        _quiet(text, span, cues, words)
        or _thereafter(text, span)
        or _behind(text, span, action, cues)
        or _opening(text, span, action, cues)
    )
    if found is None and action == "respond":
        return _request(text, span, words)
    return found or _between(text, span, cues)


def _quiet(text: str, span: Span, cues: Sequence[Hit], words: Sequence[Word]) -> str | None:
    """Find "24 months of inactivity", and "not logged in for 24 months"."""
    lists = _lists()
    hits = [hit for hit in lists["quiet"].find(words) if -60 < hit.start - span.end < 20]
    for hit in sorted(hits, key=lambda hit: hit.start < span.end):
        if hit.start >= span.end:
            return text[hit.start : hit.end]
        return _phrase(text, hit.start, cues, span.start, comma=True) or text[hit.start : hit.end]
    return None


def _thereafter(text: str, span: Span) -> str | None:
    """Find "as long as you are a customer and for 6 months *thereafter*": what it counts from stands before."""
    lists = _lists()
    near = lists["thereafter"].search(text, max(0, span.start - 28), span.start) or lists["thereafter"].match(
        text, span.end + 1
    )
    if near is None:
        return None
    for match in reversed(list(lists["aslong"].finditer(text, 0, min(near.start(), span.start)))):
        words = _until_break(text, match.end(), min(near.start(), span.start))
        if words:
            return words
    return str(near[0])


def _until_break(text: str, start: int, limit: int) -> str:
    """Return the words up to punctuation or a conjunction."""
    found = _END.search(text, start, limit)
    end = found.start() if found else limit
    kept: list[Word] = []
    for word in words_of(text[start:end]):
        if word[0] in _lists()["break"]:
            break
        kept.append(word)
    return text[start : start + kept[-1][2]] if kept else ""


def _behind(text: str, span: Span, action: Action, cues: Sequence[Hit]) -> str | None:
    """Read what follows the time: "after the contract has ended"."""
    lists = _lists()
    rest = words_of(text[span.end :])
    for number, (word, start, _) in enumerate(rest[: _GAP + 1]):
        at = span.end + start
        gap = text[span.end : at]
        if _END.search(gap.lstrip(" .),") if word in lists["counted"] else gap.lstrip(" .)")) or any(
            span.end <= cue.start < at for cue in cues if cue.what == "action" and cue.value != action
        ):
            return None
        if word in lists["break"]:
            return None
        if word in lists["ahead"] and action == "notify":
            return _phrase(text, at, cues, len(text))
        if word not in lists["after"] or (number and word in ("of", "at", "ved", "vid")):
            continue
        following = [word for word, _, _ in rest[number + 1 : number + 5]]
        if word in ("of", "at", "ved", "vid", "from", "fra", "frå", "från") and lists["place"].match(
            " ".join(following)
        ):
            return None
        phrase = _phrase(text, at, cues, len(text))
        return None if phrase is None or _law(phrase) else phrase
    return None


def _opening(text: str, span: Span, action: Action, cues: Sequence[Hit]) -> str | None:
    """Read the words that the sentence opens with: "When you close the account, …"."""
    lists = _lists()
    head = text[: span.start].lstrip("|-–•* ")
    start = len(text[: span.start]) - len(head)
    low = head.lower()
    openings = lists["openings"] + (lists["conditionals"] if action in _DONE else ())
    if not any(low.startswith(opening + " ") for opening in openings):
        return None
    phrase = _phrase(text, start, cues, span.start, comma=True)
    if phrase is None or _law(phrase) or len(phrase.split()) < 2:
        return None
    return phrase


def _between(text: str, span: Span, cues: Sequence[Hit]) -> str | None:
    """Read an event that stands before the time: "erased at the end of the contract or after three years"."""
    lists = _lists()
    for word, start, end in reversed(words_of(text[: span.start])):
        if word not in lists["inside"]:
            continue
        phrase = _phrase(text, start, cues, span.start)
        if phrase is None or len(phrase.split()) < 2 or start + len(phrase) < span.start - 60 or _law(phrase):
            continue
        between = text[start + len(phrase) : span.start]
        if "," in between and any(word not in lists["function"] for word, _, _ in words_of(between)):
            continue
        if lists["event"].search(phrase[end - start :]) and not lists["place"].match(phrase[end - start :].strip()):
            return phrase
    return None


def _request(text: str, span: Span, words: Sequence[Word]) -> str | None:
    """Find the request that an answer is given to."""
    hits = _lists()["request"].find(words)
    hits = [hit for hit in hits if not span.start <= hit.start < span.end]
    if not hits:
        return None
    hit = min(hits, key=lambda hit: abs(hit.start - span.start))
    return text[hit.start : hit.end]


def _phrase(text: str, start: int, cues: Sequence[Hit], limit: int, *, comma: bool = False) -> str | None:
    """Return the words from ``start`` to where the phrase ends: punctuation, a stop word, or what is done next."""
    lists = _lists()
    end = min(limit, len(text))
    longest = _LONGEST
    for match in _END.finditer(text, start, end):
        if match[0] == "," and match.start() - start < 7 and " " not in text[start : match.start()]:
            continue  # "efter, at"
        if match[0] == "(" and not comma:
            end = match.start()
        elif match[0] == "|" and match.start() <= start + 1:
            continue
        elif match[0] == ":" and lists["list"].search(text, start, match.start()):
            longest = _LONGEST_LIST  # "the latest of these: …"
            closed = _LIST_END.search(text, match.end(), end)
            end = closed.start() if closed else end
        else:
            end = match.start()
        break
    stop = lists["stop"].search(text, start + 3, end)
    if stop:
        end = stop.start()
    words = words_of(text[start:end])
    first = words[1][1] + start if len(words) > 1 else end
    for cue in cues:
        next_done = cue.what == "action" and first <= cue.start < end and cue.value in _NEXT
        if next_done and (comma or _after_break(text, cue.start, lists["break"])):
            end = cue.start
            break
    words = words_of(text[start:end])
    whole = len(words) <= longest and text[end:].lstrip()[:1] in ("", ".", "!", ";", "|")  # "the day it was put in."
    words = words[:longest]
    while words and (
        words[-1][0] in lists["break"]
        or words[-1][0] in lists["inside"]
        or (words[-1][0] in lists["trailing"] and not whole)
    ):
        words.pop()
    if len(words) < 2:
        return None
    return text[start : start + words[-1][2]]


def _after_break(text: str, start: int, breaks: frozenset[str]) -> bool:
    """Tell whether a conjunction stands shortly before, so that a new statement begins."""
    return any(word in breaks for word, _, _ in words_of(text[max(0, start - 18) : start])[-3:])


def _law(phrase: str) -> bool:
    """Tell whether "etter …" names a rule rather than an event."""
    words = phrase.split()
    if words[0].lower() not in ("etter", "efter", "ved", "vid", "of", "after", "following"):
        return False
    return any(_lists()["law"].fullmatch(word.strip(".,")) for word in words[1:4])
