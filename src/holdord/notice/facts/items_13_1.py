"""How each item of GDPR art. 13(1) is recognised in a notice that has been read: who, why, on which basis, to whom.

Each reader answers with the number of the segment that gives its item, False where none does, or None where the item
does not apply. Kinds say what a segment speaks of, facts what it names; words are asked for only where neither is
enough.
"""

import re
from collections.abc import Callable

from holdord.notice.facts.asked import NEAR, Answer, Notice, first_of
from holdord.notice.model import Fact, Kind

_REACH = frozenset(("email", "phone", "address"))
_NOT_OWN: frozenset[Kind] = frozenset(
    ("right", "recipient", "processor_role", "cookie", "retention", "change", "transfer")
)
_ELSEWHERE: frozenset[Kind] = frozenset(("cookie", "right", "consent", "security", "retention"))
_ARTICLE = re.compile(r"\bart(?:ikkel|ikel|icle)?\b")
_FORM = re.compile(
    r"skjema|skema|formulär|formular|\bform\b|kontakte? oss|kontakta oss|kontakte? os\b|contact us|\bchat",
    re.IGNORECASE,
)
_BESIDE = 12  # characters: "post@example.no (DPO)"
_PARTS = re.compile(
    r"(?:art(?:ikkel|ikel|icle)?\.?\s*)?6[\s(.,]*(?:nr\.?|stk\.?|punkt)?\s*1?\)?[\s,.]*(?:bokstav|litra|lit\.?"
    r"|point|led)?\s*\(?f\)?|gdpr|personvernforordning\w*|databeskyttelsesforordning\w*"
    r"|dataskyddsförordning\w*|[|:().,;–—-]",
    re.IGNORECASE,
)
_INTEREST = re.compile(
    r"(?:berettige[td]e?|berettiga|berättiga[dt]e?|legitim\w*|rettkom\w+|justified|tungtvegande"
    r"|rettmessig\w*)(?:\s+\w+){0,3}?\s+(?:business\s+)?interess?\w*|interesseavve\w+|interesseafvejning\w*"
    r"|intresseavvägning\w*"
    r"|(?:legitim\w+|berättigat|berättigade)\s+intress\w*|balancing of interests",
    re.IGNORECASE,
)
_FOR_WHAT = re.compile(
    r"\b(?:i å|til å|for å|ved å|av å|i at|til at|for at|ved at|av at|att|in|to|for|with|som|at|om|vid|knyttet"
    r"|knytt|kopplat|nemlig|består|är|er|is|are|av|af|of|på|til|till|i)\s+\w{3,}(?:\s+\w+)?",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"formål|føremål|ändamål|\bsyfte|\bpurposes?\b|hensikt|\b(?:data|information|details|\w*(?:opplysning|oplysning"
    r"|uppgift)\w*) (?:\w+ ){0,3}(?:needed|required|necessary|trengs|trengst|trengjast|nødvendige?|naudsynte?|brukes"
    r"|bruges|anvendes|behövs|krävs|används) (?:for|to|til|till|för)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"leverandør|leverantör|supplier|vendor|service provider|tjenesteyter|mottaker|mottakar"
    r"|(?<!der )(?<!som )modtager\b|modtagere|mottagare|\brecipients?\b"
    r"|(?<!we )(?<!vi )\b(?:receive|mottar|modtager|mottek|får)"
    r" (?:\w+ )?(?:personal|person\w*(?:opply|oply|uppg|data))"
    r"|databehandlere?\b|databehandlar|personuppgiftsbiträd|processors?\b|tredjepart|tredje ?man|third part|utlever"
    r"|videregi|vidarefor|disclos",
    re.IGNORECASE,
)
_EU = re.compile(r"\b(?:EU|EØS|EES|EEA|USA|US|UK|U\.S\.|European (?:Union|Economic))\b")
_MOVED = re.compile(
    r"transfer|overfør|overfor|överför|för[as]* över|stor(?:e|ed|es|age)\b|lagre|lagra|opbevar|oppbevar|process|behandl"
    r"|handsam|sen[dt]|skicka|host|server|tjener|tenar|\bligge|\bligg|stay|leave|forl[aeè]|lämna|keep|kept|locat",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"\bdata\b|information|opplysning|oplysning|uppgift|details|records|supplier|provider|vendor|leverandør|leverantör"
    r"|servers?\b|cloud|\bsky|moln|tjenest|teneste|tjänst|services?\b|partner|clauses?\b|kontrakt|klausul|avtal|aftale"
    r"|processor|behandler|behandlar|biträde",
    re.IGNORECASE,
)  # what may be moved, or who moves it; "customers outside the EU pay no VAT" names neither
_MUST_HAVE = re.compile(
    r"\b(?:must|shall|må|skal|måste|ska) (?:\w+ )?(?:have|appoint|ha|have|utnevne|utnemne|oppnevne|udpege|utse)\b"
    r"|\b(?:their|deres|deira|sine?|sina) (?:own|egne?|egen|eigne?|eigen|eget|egna|eiget)\b"
    r"|\b(?:have|has|har) (?:\w+ )?(?:egne|eigne|egna)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\W*(?:(?:an?|et|eit|ein|en|ett|the|any)\s+)?[\w -]{3,60}?\b(?:is|er|är|means|betyr|betyder|menas)"
    r"\s+(?:an?|et|eit|ein|en|ett|den|someone|somebody|anyone|noen|nokon|nogen|någon|the (?:person|one))\b"
    r".*\b(?:who|that|which|som|der)\b",
    re.IGNORECASE,
)  # "an officer is a person who …"
_OURS = re.compile(r"\b(?:we|our|vi|vår|vårt|våre|våra|vores|hos oss)\b", re.IGNORECASE)
_OBJECTS = re.compile(
    r"\b(?:object|protestere|motsette|motsetje|motsätta|modsætte|invända|indsigelse|innsigelse|innvending\w*)\b",
    re.IGNORECASE,
)
_WRITE_US = re.compile(
    r"(?:skriv\w*|write|kontakt\w*|contact|nå|reach|ring|call)(?: \w+)? (?:oss|os|us)\b.{0,40}?(?:chat|skjema|skema"
    r"|formulär|formular|\bform\b)",
    re.IGNORECASE,
)


def _identity(notice: Notice) -> Answer:
    if not notice.controller:
        return False
    return first_of(number for number, segment in enumerate(notice.segments) if notice.controller in segment.text) or 0


def _contact(notice: Notice) -> Answer:
    """The contact details of the controller: an address, a number, a form or a link to one."""
    reached = [
        fact.segment for fact in notice.of(*_REACH) if not notice.kinds[fact.segment] & {"recipient", "processor_role"}
    ]
    own = [number for number in reached if "authority" not in notice.kinds[number]]
    if own:
        return own[0]
    linked = {fact.segment for fact in notice.of("web")}
    named = first_of(
        number
        for number in notice.with_kind("contact")
        if number in linked or _FORM.search(notice.segments[number].text)
    )
    return named if named is not False else _saying(notice, _WRITE_US)


def _dpo(notice: Notice) -> Answer:
    """A way to reach the officer, in the sentence or just below it, or the word that there is none."""
    reached: dict[int, int] = {fact.segment: fact.start for fact in notice.of(*_REACH)}
    for fact in notice.of("dpo"):
        if fact.value == "none":
            return fact.segment
        text = notice.segments[fact.segment].text
        if _MUST_HAVE.search(text) and (not _OURS.search(text) or re.search(r"egn|eign|own", text)):
            continue
        if reached.get(fact.segment, -1) > fact.start - _BESIDE:
            return fact.segment
        if _DEFINES.match(text) and not _OURS.search(text):
            continue
        end = fact.segment + 1
        while end < min(len(notice.segments), fact.segment + 1 + NEAR) and "contact" in notice.kinds[end]:
            end += 1
        kinds = notice.kinds[fact.segment]
        if "contact" in kinds and "right" not in kinds:
            return fact.segment
        short = len(notice.segments[fact.segment].text) < 60
        if short and any(number in reached for number in range(fact.segment + 1, end)):
            return fact.segment
    return False


def _purposes(notice: Notice) -> Answer:
    named = first_of(notice.with_kind("purpose"))
    return named if named is not False else _saying(notice, _PURPOSE)


def _saying(notice: Notice, pattern: re.Pattern[str]) -> Answer:
    """Return the first segment whose words, a heading's too, say it, where no kind does."""
    return first_of(
        number
        for number, segment in enumerate(notice.segments)
        if pattern.search(segment.text) and not notice.kinds[number] & _ELSEWHERE
    )


def _legal_basis(notice: Notice) -> Answer:
    """A ground for a processing; one for storage alone, or for sharing, is none."""
    for fact in notice.of("basis"):
        kinds = notice.kinds[fact.segment]
        if "legal_basis" in kinds and ("retention" not in kinds or _ARTICLE.search(_words(notice, fact))):
            return fact.segment
    for fact in notice.of("basis"):
        kinds = notice.kinds[fact.segment]
        if fact.value in ("6(1)(a)", "9(2)(a)") and "consent" in kinds and not kinds & _NOT_OWN:
            return fact.segment
        if fact.value in ("6(1)(b)", "6(1)(c)", "6(1)(f)") and "purpose" in kinds and not kinds & _NOT_OWN:
            return fact.segment
    return False


def _words(notice: Notice, fact: Fact) -> str:
    return notice.segments[fact.segment].text.lower()


def _interest(notice: Notice) -> Answer:
    """Where legitimate interest is relied on: whether the notice says which (art. 13(1)(d))."""
    used = [
        fact.segment
        for fact in notice.of("basis")
        if fact.value == "6(1)(f)"
        and ("legal_basis" in notice.kinds[fact.segment] or not notice.kinds[fact.segment] & {"right"})
    ]
    if not used:
        return None
    for number in used:
        text = notice.segments[number].text
        match = _INTEREST.search(text)
        if (
            match
            and "|" not in text
            and not _OBJECTS.search(text)
            and _FOR_WHAT.search(_PARTS.sub(" ", text[: match.start()] + " ; " + text[match.end() :]))
        ):
            return number
        if match and any(segment.lead_in == number for segment in notice.segments[number + 1 : number + 2]):
            return number  # the list says which
        if match and "|" not in text and not _OBJECTS.search(text) and len(_PARTS.sub(" ", text).split()) >= 8:
            return number
    return False


def _recipients(notice: Notice) -> Answer:
    named = first_of(notice.with_kind("recipient", "processor_role"))
    return named if named is not False else _saying(notice, _SHARED)


def _transfer(notice: Notice) -> Answer:
    """Whether data go to a third country; that they stay in the EU counts, that they stay in one country does not."""
    for fact in notice.of("transfer"):
        kinds = notice.kinds[fact.segment]
        if fact.value == "third" and not _of_data(notice, fact.segment):
            continue
        if "transfer" in kinds or (
            fact.value == "third" and kinds & {"recipient", "processor_role", "security", "cookie"}
        ):
            return fact.segment
        if fact.value == "means" and kinds & {"recipient", "processor_role"} and "scc" not in _words(notice, fact):
            return fact.segment
    for fact in notice.of("transfer"):
        segment = notice.segments[fact.segment]
        elsewhere = notice.kinds[fact.segment] & {"right", "retention"} or segment.role == "heading"
        if fact.value in ("third", "inside") and not elsewhere and _MOVED.search(segment.text):
            return fact.segment
    return first_of(
        number
        for number in notice.with_kind("transfer")
        if _EU.search(notice.segments[number].text) and _MOVED.search(notice.segments[number].text)
    )


def _of_data(notice: Notice, number: int) -> bool:
    """Tell whether a sentence, or an item's lead-in, speaks of data or of what may be done with them."""
    segment = notice.segments[number]
    if segment.role == "item" or "|" in segment.text:
        return True
    return bool(_MOVED.search(segment.text) or _SPOKEN_OF.search(segment.text))


READERS: dict[str, Callable[[Notice], Answer]] = {
    "controller_identity": _identity,
    "contact": _contact,
    "dpo": _dpo,
    "purposes": _purposes,
    "legal_basis": _legal_basis,
    "legitimate_interest_named": _interest,
    "recipients": _recipients,
    "third_country_transfer": _transfer,
}
