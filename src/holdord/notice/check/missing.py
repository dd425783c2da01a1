"""What GDPR art. 13 and 14 list and the notice does not say, one finding for each letter that applies.

Art. 13(1) and (2): "the controller shall, at the time when personal data are obtained, provide the data subject with
all of the following information". What applies only in some cases is asked for only where the notice shows such a case:
an officer (b) where art. 37(1) may demand one, third countries (f) where one or a supplier from one is named, automated
decisions (2)(f) where people are profiled, art. 14 where data come from others than the person.
"""

from collections.abc import Iterator

from holdord.notice.check.looked import Looked, denies, quoted
from holdord.notice.model import Fact, Finding

_RIGHTS = {
    "right_access": "access (art. 15)",
    "right_rectification": "rectification (16)",
    "right_erasure": "erasure (17)",
    "right_restriction": "restriction (18)",
    "right_objection": "objection (21)",
    "right_portability": "portability (20)",
}
_UNCONDITIONAL = {
    "contact": ("missing_contact", "No sentence was found that says how to reach the controller."),
    "purposes": ("missing_purposes", "No sentence was found that says what the data are processed for."),
    "legal_basis": (
        "missing_legal_basis",
        "No sentence was found that names a legal basis for a purpose, such as consent or contract (art. 6(1)).",
    ),
    "legitimate_interest_named": (
        "missing_legitimate_interest",
        "The notice relies on a legitimate interest and does not say which.",
    ),
    "recipients": ("missing_recipients", "No sentence was found on who receives the data, not even that nobody does."),
    "retention": ("missing_retention", "No sentence was found on how long data are kept or what decides it."),
    "right_withdraw_consent": (
        "missing_withdrawal",
        "The notice relies on consent and does not say that it can be withdrawn at any time.",
    ),
    "statutory_contractual_requirement": (
        "missing_requirement",
        "No sentence was found on which data people must give, and what follows if they do not.",
    ),
}
_TITLE = 80
_LABEL = 25  # characters: "Portability: …", "You can object to …"
_AMERICAN = frozenset(
    (
        "Google", "Meta", "Microsoft", "Amazon", "Mailchimp", "Mailgun", "HubSpot", "Stripe", "Squarespace", "Sentry",
        "Cloudflare", "Vercel", "Netlify", "Supabase", "Slack", "Zendesk", "Intercom", "Salesforce", "GitHub", "Twilio",
        "PayPal", "Snapchat", "Zoom", "OpenAI",
    )
)  # fmt: skip
_SOCIAL = frozenset(("Meta", "Microsoft", "Snapchat"))
"""Networks where people write of their own accord: suppliers only in a sentence that says so."""


def missing(looked: Looked) -> Iterator[Finding]:
    """Yield what is missing, in the order of the articles."""
    given = looked.reading.art13 or {}
    if given.get("controller_identity") is False:
        yield _controller(looked)
    for item, (code, text) in _UNCONDITIONAL.items():
        if given.get(item) is False:
            yield looked.finding(code, text)
    yield from _officer(looked, given)
    yield from _transfer(looked, given)
    lacking = [name for item, name in _RIGHTS.items() if given.get(item) is False and not _named(looked, item)]
    if lacking:
        yield looked.finding(
            "missing_rights", f"No sentence was found that tells people of these rights: {', '.join(lacking)}."
        )
    yield from _authority(looked, given)
    yield from _automated(looked, given)
    yield from _others(looked)


def _named(looked: Looked, right: str) -> bool:
    """Tell whether a right is named after all: by a heading or the label of an item, or below a heading on rights.

    A restriction or objection that is only mentioned there is none: "we consider whether to restrict processing".
    """
    for number, segment in enumerate(looked.segments):
        if right not in looked.hits[number]:
            continue
        if segment.role == "heading" and len(segment.text) <= _TITLE:
            return True
        if not ("right" in looked.kinds(number) or any(looked.has(one, "rights_heading") for one in segment.headings)):
            continue
        labelled = looked.first(number, right).end <= _LABEL
        if labelled or right not in ("right_restriction", "right_objection"):
            return True
    return False


def _controller(looked: Looked) -> Finding:
    number = "" if any(looked.facts("register_number", "register_number_wrong")) else " or give its register number"
    text = f"The notice does not name the controller{number}; “the company” or “we” is no name."
    return looked.finding("missing_controller", text)


def _officer(looked: Looked, given: dict[str, bool | None]) -> Iterator[Finding]:
    """Where an officer is named without an address, or art. 37(1)(c) may ask for one."""
    if given.get("dpo") is not False:
        return
    named = next((fact for fact in looked.facts("dpo") if fact.value == "officer"), None)
    if named is not None:
        said = quoted(looked.reading.plain[named.start : named.end])
        yield looked.finding("missing_dpo", f"The notice speaks of {said} and does not say how to reach them.")
    elif (sensitive := _sensitive(looked)) is not None:
        text = (
            f"The notice names {sensitive}, a special category. Where such data are processed on a large scale, "
            "art. 37(1)(c) "
            "demands a data protection officer, and the notice must say how to reach them."
        )
        yield looked.finding("missing_dpo", text)


def _sensitive(looked: Looked) -> str | None:
    """Return the words for health data and the like that the controller itself processes."""
    number = next(looked.processed("special"), None)
    return None if number is None else looked.quoted(number, looked.first(number, "special"))


def _transfer(looked: Looked, given: dict[str, bool | None]) -> Iterator[Finding]:
    """Art. 13(1)(f): that data go to a third country, by what safeguard, "and the means by which to obtain a copy"."""
    transfers = list(looked.facts("transfer"))
    if given.get("third_country_transfer") is False:
        names = list(dict.fromkeys(fact.value for fact in looked.facts("recipient") if _is_supplier(looked, fact)))
        if names:
            text = (
                f"The notice names {', '.join(names[:4])}, from the United States, and does not say whether data leave "
                "the EEA, and by what safeguard."
            )
            yield looked.finding("missing_transfer", text)
    elif given.get("third_country_transfer") and not any(fact.value == "means" for fact in transfers):
        for fact in transfers:
            sharing = looked.kinds(fact.segment) & {"transfer", "recipient", "processor_role"}
            if fact.value in ("third", "country") and sharing and not denies(looked.text(fact.segment)):
                said = quoted(looked.reading.plain[fact.start : fact.end])
                text = (
                    f"Data may go to a third country ({said}), and the notice does not say by what safeguard "
                    "(art. 45, 46)."
                )
                yield looked.finding("transfer_without_safeguard", text, fact.segment)
                return


def _is_supplier(looked: Looked, fact: Fact) -> bool:
    """Tell whether a fact names a supplier from the United States that the controller uses."""
    if fact.value not in _AMERICAN or looked.denied(fact.segment):
        return False
    return fact.value not in _SOCIAL or bool(looked.kinds(fact.segment) & {"processor_role", "cookie"})


def _authority(looked: Looked, given: dict[str, bool | None]) -> Iterator[Finding]:
    if given.get("complaint_authority") is not False:
        return
    complaint = next((fact for fact in looked.facts("right") if fact.value == "complaint"), None)
    if complaint is None:
        text = "No sentence was found that tells people of their right to complain to a supervisory authority."
        yield looked.finding("missing_authority", text)
    else:
        text = "The notice speaks of complaints and does not name the supervisory authority."
        yield looked.finding("missing_authority", text, severity="warning")


def _automated(looked: Looked, given: dict[str, bool | None]) -> Iterator[Finding]:
    if given.get("automated_decisions") is not False:
        return
    for number in looked.told("profiling"):
        kinds = looked.kinds(number)
        if kinds & {"profiling", "purpose"} and not kinds & {"right", "cookie"} and not looked.denied(number):
            text = (
                f"People are profiled ({looked.quoted(number, looked.first(number, 'profiling'))}). Say whether "
                "decisions "
                "that affect them rest on that alone (art. 22), and by what logic."
            )
            yield looked.finding("missing_automated", text)
            return


def _others(looked: Looked) -> Iterator[Finding]:
    """Data from others than the person: art. 14(1)(d) asks for their categories, art. 14(2)(f) for the source."""
    elsewhere = [
        fact
        for fact in looked.facts("source")
        if fact.value in ("others", "register") and "source" in looked.kinds(fact.segment)
        if not looked.denied(fact.segment)
    ]
    if elsewhere and not any(looked.of_kind("data_category")):
        said = quoted(looked.reading.plain[elsewhere[0].start : elsewhere[0].end])
        text = f"Data come from elsewhere ({said}), and the notice does not say which data."
        yield looked.finding("missing_categories", text)
    known = {fact.segment for fact in looked.facts("recipient", "web")}
    known |= {fact.segment for fact in looked.facts("source") if fact.value == "register"}
    for number in looked.told("from_others"):
        plain_words = not any(mark in looked.text(number) for mark in ":(–")
        if "source" in looked.kinds(number) and number not in known and plain_words and not looked.denied(number):
            said = looked.quoted(number, looked.first(number, "from_others"))
            text = (
                f"Data come {said}, and the notice does not say which these are and whether they are open to "
                "the public."
            )
            yield looked.finding("missing_source", text, number, looked.first(number, "from_others"))
            return
