"""How each item of GDPR art. 13 is recognised in a notice that has been read.

Each reader answers with the number of the segment that gives its item, False where none does, or None where the item
does not apply. Kinds say what a segment speaks of, facts what it names; words are asked for only where neither is
enough.
"""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from holdord.notice.model import Duration, Fact, Kind, Segment

_RIGHTS = ("access", "rectification", "erasure", "restriction", "objection", "portability")
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
_NEAR = 3  # segments: an address that follows the officer's title is the officer's
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
    r"leverandør|leverantör|supplier|vendor|service provider|tjenesteyter|mottaker|mottakar|modtager\b|modtagere"
    r"|mottagare|\brecipients?\b|(?<!we )(?<!vi )\b(?:receive|mottar|modtager|mottek|får)"
    r" (?:\w+ )?(?:personal|person\w*(?:opply|oply|uppg|data))"
    r"|databehandlere?\b|databehandlar|personuppgiftsbiträd|processors?\b|tredjepart|tredje ?man|third part|utlever"
    r"|videregi|vidarefor|disclos",
    re.IGNORECASE,
)
_LINK = re.compile(r"\.(?:no|dk|se)\b")  # "datatilsynet.no" is a place to read, not the authority's name
_COMPLAIN = re.compile(r"klage|klaga|complain|appeal|lodge|anmäl|(?<!data)tilsyn|tillsyn|supervisory", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|du|dere|ni|dig|deg|kunden?|customer|medlemmet|uten|utan|uden|without)\b", re.IGNORECASE)
_EU = re.compile(r"\b(?:EU|EØS|EES|EEA|USA|US|UK|U\.S\.|European (?:Union|Economic))\b")
_BREACH = re.compile(
    r"\b(?:breach\w*|incident\w*|avvik\w*|brudd\w*|brot\w*|brud\w*|sikkerhedsbrud\w*|intrång)\b", re.IGNORECASE
)
_GRIEVANCE = re.compile(r"klag|complain", re.IGNORECASE)
_TURN_TO = re.compile(
    r"(?:kontakt|contact|henvend|vend[ae]?\b|vänd|turn to|melde? (?:fra|frå)|anmeld|indbring|bringe|vidare till|help)",
    re.IGNORECASE,
)
_ANYBODY = re.compile(
    r"\b(?:you|yours?|du|deg|dig|dine?|ditt|dina|di|dere|dykk|jer|er|ni|jeg|eg|jag|my|mine|mina|I|medlem\w*|members?)\b"
)
_MOVED = re.compile(
    r"transfer|overfør|overfor|överför|för[as]* över|stor(?:e|ed|es|age)\b|lagre|lagra|opbevar|oppbevar|process|behandl"
    r"|handsam|sen[dt]|skicka|host|server|tjener|tenar|\bligge|\bligg|stay|leave|forl[aeè]|lämna|keep|kept|locat",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"\bcookies?\b|\bcookie[nr]\b|informasjonskaps|\bkak(?:an|or|orna)\b|kapsel", re.IGNORECASE)
_MUST_HAVE = re.compile(
    r"\b(?:must|shall|må|skal|måste|ska) (?:\w+ )?(?:have|appoint|ha|have|utnevne|utnemne|oppnevne|udpege|utse)\b"
    r"|\b(?:their|deres|deira|sine?|sina) (?:own|egne?|egen|eigne?|eigen|eget|egna|eiget)\b"
    r"|\b(?:have|has|har) (?:\w+ )?(?:egne|eigne|egna)\b",
    re.IGNORECASE,
)
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
_OWN_AUTOMATED = re.compile(
    r"rett til|\brett på|\bret til|rätt att|rätt till|\bright\b|motsette|motsätt|indsigelse|invända|object",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the readers are asked about."""

    segments: Sequence[Segment]
    kinds: Sequence[Set[Kind]]
    facts: Sequence[Fact]
    durations: Sequence[Duration]
    controller: str

    def of(self, *whats: str) -> Iterator[Fact]:
        """Give the facts of some sorts."""
        return (fact for fact in self.facts if fact.what in whats)

    def with_kind(self, *kinds: Kind) -> Iterator[int]:
        """Give the numbers of the segments that have one of some kinds."""
        wanted = frozenset(kinds)
        return (number for number, own in enumerate(self.kinds) if own & wanted)


_Answer = int | None | bool
"""The number of the segment that gives an item; False where it is missing, None where it does not apply."""


def _first(numbers: Iterator[int]) -> _Answer:
    return next(numbers, False)


def _identity(notice: Notice) -> _Answer:
    if not notice.controller:
        return False
    return _first(number for number, segment in enumerate(notice.segments) if notice.controller in segment.text) or 0


def _contact(notice: Notice) -> _Answer:
    """The contact details of the controller: an address, a number, a form or a link to one."""
    reached = [
        fact.segment for fact in notice.of(*_REACH) if not notice.kinds[fact.segment] & {"recipient", "processor_role"}
    ]
    own = [number for number in reached if "authority" not in notice.kinds[number]]
    if own:
        return own[0]
    linked = {fact.segment for fact in notice.of("web")}
    named = _first(
        number
        for number in notice.with_kind("contact")
        if number in linked or _FORM.search(notice.segments[number].text)
    )
    return named if named is not False else _saying(notice, _WRITE_US)


def _dpo(notice: Notice) -> _Answer:
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
        end = fact.segment + 1
        while end < min(len(notice.segments), fact.segment + 1 + _NEAR) and "contact" in notice.kinds[end]:
            end += 1
        kinds = notice.kinds[fact.segment]
        if "contact" in kinds and "right" not in kinds:
            return fact.segment
        short = len(notice.segments[fact.segment].text) < 60
        if short and any(number in reached for number in range(fact.segment + 1, end)):
            return fact.segment
    return False


def _purposes(notice: Notice) -> _Answer:
    named = _first(notice.with_kind("purpose"))
    return named if named is not False else _saying(notice, _PURPOSE)


def _saying(notice: Notice, pattern: re.Pattern[str]) -> _Answer:
    """Return the first segment whose words, a heading's too, say it, where no kind does."""
    return _first(
        number
        for number, segment in enumerate(notice.segments)
        if pattern.search(segment.text) and not notice.kinds[number] & _ELSEWHERE
    )


def _legal_basis(notice: Notice) -> _Answer:
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


def _interest(notice: Notice) -> _Answer:
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


def _recipients(notice: Notice) -> _Answer:
    named = _first(notice.with_kind("recipient", "processor_role"))
    return named if named is not False else _saying(notice, _SHARED)


def _transfer(notice: Notice) -> _Answer:
    """Whether data go to a third country; that they stay in the EU counts, that they stay in one country does not."""
    for fact in notice.of("transfer"):
        kinds = notice.kinds[fact.segment]
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
    return _first(
        number
        for number in notice.with_kind("transfer")
        if _EU.search(notice.segments[number].text) and _MOVED.search(notice.segments[number].text)
    )


def _retention(notice: Notice) -> _Answer:
    """A time, or what decides it; that something is removed when asked for is neither."""
    for duration in notice.durations:
        if _about_cookies(notice, duration.segment):
            continue
        if duration.action in ("keep", "keep_min", "keep_max", "delete", "anonymise", "review_or_delete"):
            return duration.segment
    return _first(
        number
        for number in notice.with_kind("retention")
        if "right" not in notice.kinds[number] and not _about_cookies(notice, number)
    )


def _about_cookies(notice: Notice, number: int) -> bool:
    """Tell whether a sentence is about how long a cookie lasts."""
    return bool(_COOKIE.search(notice.segments[number].text))


def _right(value: str) -> Callable[[Notice], _Answer]:
    def read(notice: Notice) -> _Answer:
        return _first(fact.segment for fact in notice.of("right") if fact.value == value)

    return read


def _withdrawal(notice: Notice) -> _Answer:
    """Where consent is a ground: whether people are told that they may withdraw it."""
    for fact in notice.of("right"):
        if fact.value == "withdraw_consent":
            return fact.segment
    asked = any(
        fact.value in ("6(1)(a)", "9(2)(a)") and "definition_or_filler" not in notice.kinds[fact.segment]
        for fact in notice.of("basis")
    )
    return False if asked else None


def _at(notice: Notice, fact: Fact) -> int:
    """Return about where a fact ends in its segment's text."""
    return min(fact.end - notice.segments[fact.segment].start, len(notice.segments[fact.segment].text))


def _of_breach(notice: Notice, fact: Fact) -> bool:
    """Tell whether the authority is the one that the company itself reports to: "we report breaches to …"."""
    text = notice.segments[fact.segment].text
    return bool(_BREACH.search(text)) and not _ANYBODY.search(text.lower()) and not _GRIEVANCE.search(text)


def _complaint(notice: Notice) -> _Answer:
    """The authority by its name, where people are told of complaints (art. 77)."""
    named = [
        fact
        for fact in notice.of("authority")
        if not _LINK.match(notice.segments[fact.segment].text, _at(notice, fact)) and not _of_breach(notice, fact)
    ]
    for fact in named:
        kinds = notice.kinds[fact.segment]
        near = notice.segments[max(0, fact.segment - _NEAR) : fact.segment + 1]
        if "authority" in kinds or ("right" in kinds and any(_COMPLAIN.search(segment.text) for segment in near)):
            return fact.segment
    for fact in named:
        text = notice.segments[fact.segment].text
        if _COMPLAIN.search(text) or (_TURN_TO.search(text) and _ANYBODY.search(text.lower())):
            return fact.segment
    return False


def _statutory(notice: Notice) -> _Answer:
    """Whether people must give the data, and what follows if they do not (art. 13(2)(e))."""
    return _first(fact.segment for fact in notice.of("statutory") if _must_give(notice, fact))


def _must_give(notice: Notice, fact: Fact) -> bool:
    text = notice.segments[fact.segment].text
    kinds = notice.kinds[fact.segment]
    if fact.value == "duty":
        asked = any(other.segment == fact.segment for other in notice.of("right"))
        return "cookie" not in kinds and not asked and not _COOKIE.search(text)
    return not kinds & {"cookie", "right", "recipient"} and bool(_YOU.search(text))


def _automated(notice: Notice) -> _Answer:
    """Whether decisions are automated; the right not to be subject to them says neither that they are nor that not."""
    for fact in notice.of("automated"):
        text = notice.segments[fact.segment].text
        kinds = notice.kinds[fact.segment]
        if "definition_or_filler" in kinds and notice.segments[fact.segment].role == "heading":
            continue
        if not _OWN_AUTOMATED.search(text):
            return fact.segment
    return False


READERS: dict[str, Callable[[Notice], _Answer]] = {
    "controller_identity": _identity,
    "contact": _contact,
    "dpo": _dpo,
    "purposes": _purposes,
    "legal_basis": _legal_basis,
    "legitimate_interest_named": _interest,
    "recipients": _recipients,
    "third_country_transfer": _transfer,
    "retention": _retention,
    **{f"right_{value}": _right(value) for value in _RIGHTS},
    "right_withdraw_consent": _withdrawal,
    "complaint_authority": _complaint,
    "statutory_contractual_requirement": _statutory,
    "automated_decisions": _automated,
}
