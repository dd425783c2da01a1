"""Statements that another statement of the same notice makes untrue.

GDPR art. 5(1)(a): data are processed "lawfully, fairly and in a transparent manner". Whoever reads "we do not share"
and stops there has been misled when processors are named further down: a processor is a recipient too (art. 4(9)). A
denial with an exception ("not without your consent") denies less, and is left alone where what it denies is not done.
"""

import re
from collections.abc import Iterator

from holdord.notice.check.looked import Looked, denies, quoted
from holdord.notice.model import Finding

_CONSENT = re.compile(r"samtyk|samtyck|medgivande|consent|permission|tillatelse|tilladelse|tillåtelse", re.IGNORECASE)
_SPECIAL = re.compile(r"\b(?:hels|helbred|hälsa|health|religi|etnisk|ethnic)", re.IGNORECASE)
_ONE_PURPOSE = re.compile(r"(?:this|dette|det här|detta) (?:purpose|formål|føremål|ändamål)", re.IGNORECASE)
_NARROW = re.compile(r"tred[jt]e|third|sporing|spår|track|markedsføring|marknadsföring|marketing", re.IGNORECASE)


def claims(looked: Looked) -> Iterator[Finding]:
    """Yield the statements that others make untrue."""
    yield from _sensitive(looked)
    yield from _sharing(looked)
    yield from _cookies(looked)
    yield from _changes(looked)


def _sensitive(looked: Looked) -> Iterator[Finding]:
    """No special categories (art. 9(1)), and yet health, national identity numbers, or "sensitive parts"."""
    for number in looked.told("sensitive_denied"):
        if looked.has(number, "hedge", "send_us", "exception"):
            continue
        evidence = _sensitive_words(looked, number)
        if evidence is not None:
            text = (
                f"{looked.quoted(number)} does not go with {evidence}. Either such data are "
                "processed, and art. 9(2) must be named, or the other words mislead."
            )
            yield looked.finding("sensitive_denied", text, number)
        return


def _sensitive_words(looked: Looked, denial: int) -> str | None:
    for other in looked.told("sensitive_encrypted"):
        if other != denial and not looked.denied(other):
            return looked.quoted(other)
    for other in looked.processed("special"):
        if other != denial:
            return looked.quoted(other, looked.first(other, "special"))
    if _SPECIAL.search(looked.text(denial)):
        return None  # it says which data it means, and an identity number is not one of art. 9(1)
    for fact in looked.facts("category"):
        if fact.value == "identity.national_number" and fact.segment != denial and looked.is_processed(fact.segment):
            return quoted(looked.reading.plain[fact.start : fact.end])
    return None


def _sharing(looked: Looked) -> Iterator[Finding]:
    """Nothing is shared, and yet recipients are named."""
    for number in looked.told("share_denied"):
        text = looked.text(number)
        exceptions = [text[hit.start : hit.end] for hit in looked.hits[number].get("exception", ())]
        only_consent = bool(exceptions) and all(_CONSENT.search(one) for one in exceptions)
        if (exceptions and not only_consent) or _ONE_PURPOSE.search(text):
            continue
        for other in looked.told("shares"):
            kinds = looked.kinds(other)
            wanted = kinds & {"processor_role"} if only_consent else kinds & {"recipient", "processor_role"}
            if other == number or not wanted or looked.denied(other) or _CONSENT.search(looked.text(other)):
                continue
            why = (
                "processors are recipients too, and nobody asks for consent to them"
                if only_consent
                else "that is sharing"
            )
            said = f"{looked.quoted(number)} does not go with {looked.quoted(other)}: {why} (art. 4(9))."
            yield looked.finding("sharing_denied", said, number)
            return


def _cookies(looked: Looked) -> Iterator[Finding]:
    """No cookies, and yet cookies."""
    for number in looked.told("cookies_denied"):
        if looked.has(number, "exception") or _NARROW.search(looked.text(number)):
            continue
        for other in looked.told("cookies_used"):
            if (
                not looked.has(other, "cookies_denied")
                and not denies(looked.text(other))
                and "cookie" in looked.kinds(other)
            ):
                text = f"{looked.quoted(number)} does not go with {looked.quoted(other)}."
                yield looked.finding("cookies_denied", text, number)
                return


def _changes(looked: Looked) -> Iterator[Finding]:
    """Changes without warning, which people must be told of, and the advice to look for them oneself.

    WP260 rev.01 para. 29: statements "to the effect that the data subject should regularly check the privacy
    statement/notice for changes or updates are considered not only insufficient but also unfair".
    """
    about = [number for number in looked.told("change_word") if _is_change(looked, number)]
    for number in about:
        if not looked.has(number, "change_silent"):
            continue
        silent = looked.first(number, "change_silent")
        promised = next((other for other in about if looked.has(other, "change_told")), None)
        if promised is not None:
            text = (
                f"The notice may change {looked.quoted(number, silent)}, and yet people are promised word of it: "
                f"{looked.quoted(promised, looked.first(promised, 'change_told'))}. Say which changes are told, "
                "how, and when."
            )
            yield looked.finding("change_pulls_apart", text, number)
        else:
            text = (
                f"The notice may change {looked.quoted(number, silent)}; people must be told of changes that "
                "matter to them."
            )
            yield looked.finding("change_without_notice", text, number)
        break
    for number in looked.told("reread", "policy_noun"):
        if looked.kinds(number) & {"change", "definition_or_filler"} or looked.has(number, "change_word"):
            text = (
                f"{looked.quoted(number)}: it is for the controller to tell of changes, not for people to look "
                "for them."
            )
            yield looked.finding("reread", text, number)
            return


def _is_change(looked: Looked, number: int) -> bool:
    return "change" in looked.kinds(number) or looked.has(number, "policy_noun")
