"""Who the controller is, and whether its names, numbers, dates and addresses agree.

GDPR art. 4(7): the controller "determines the purposes and means of the processing"; EDPB guidelines 07/2020 para. 17
to 19: that is the organisation as such, not a person within it. Check digits are those of the registers of Norway,
Denmark and Sweden (:func:`holdord.notice.facts.contacts.register_number_fits`).
"""

import re
from collections.abc import Iterator

from holdord.notice.check.looked import Looked, quoted
from holdord.notice.facts.names import companies
from holdord.notice.model import Finding, Kind

_OTHERS: frozenset[Kind] = frozenset(("recipient", "processor_role", "transfer", "authority", "cookie"))
_MAILBOXES = frozenset(
    (
        "gmail.com", "hotmail.com", "hotmail.no", "outlook.com", "live.no", "live.dk", "live.se", "live.com", "me.com",
        "yahoo.com", "yahoo.no", "icloud.com", "online.no", "telia.com", "mail.dk", "jubii.dk", "bredband.net",
        "proton.me", "protonmail.com",
    )
)  # fmt: skip
_ACTING_FOR = re.compile(r"\b(?:ved|v/|represent\w*|genom|gjennom|på vegne)", re.IGNORECASE)
_CONTROLLER = r"(?:behandlingsansvarleg|behandlingsansvarlig|dataansvarlig|personuppgiftsansvarig|(?:data )?controller)"
_ROLE = re.compile(
    rf"(?:\ber|\bär|\bis|:)\s+(?:\w+\s+){{0,2}}{_CONTROLLER}|{_CONTROLLER}e?n?\s+(?:er|är|is)\b", re.IGNORECASE
)
_LEAST_ALIKE = 4


def identity(looked: Looked) -> Iterator[Finding]:
    """Yield where it is unclear who the controller is."""
    yield from _role(looked)
    yield from _two_controllers(looked)
    yield from _numbers(looked)
    yield from _dates(looked)
    yield from _mail(looked)


def _role(looked: Looked) -> Iterator[Finding]:
    for number in looked.told("role_controller"):
        hit = looked.first(number, "role_controller")
        said = looked.text(number)[: hit.end]
        if companies(said) or _ACTING_FOR.search(said) or looked.has(number, "joint"):
            continue
        text = (
            f"{looked.quoted(number, hit)}: the controller is the company, whoever leads it. Its leader answers "
            "for it, and "
            "leaves it one day."
        )
        yield looked.finding("controller_is_a_role", text, number, hit)
        return


def _two_controllers(looked: Looked) -> Iterator[Finding]:
    """Two companies with their forms, each said to be the controller, and no word of joint controllers (art. 26)."""
    controller = looked.reading.controller
    named: dict[str, int] = {controller: 0} if companies(controller) else {}
    for number in looked.told():
        text = looked.text(number)
        if not _ROLE.search(text) or looked.kinds(number) & _OTHERS or looked.has(number, "joint"):
            continue
        found = {name for name, _, _ in companies(text)}
        if len(found) == 1:
            named.setdefault(found.pop(), number)
    names = list(named)
    for other in names[1:]:
        if other.split()[0].casefold() != names[0].split()[0].casefold():
            text = (
                f"Both {quoted(names[0])} and {quoted(other)} are called the controller; if they are joint, say "
                "so (art. 26)."
            )
            yield looked.finding("two_controllers", text, named[other])
            return


def _numbers(looked: Looked) -> Iterator[Finding]:
    for fact in looked.facts("register_number_wrong"):
        text = f"{quoted(fact.value)} is no register number: its check digits do not fit."
        yield looked.finding("register_number_wrong", text, fact.segment, fact)
    own: dict[str, int] = {}
    for fact in looked.facts("register_number"):
        others = [
            name for name, _, _ in companies(looked.text(fact.segment)) if not _same(name, looked.reading.controller)
        ]
        digits = re.sub(r"\D", "", fact.value)
        if looked.kinds(fact.segment) & _OTHERS or others or not digits:
            continue
        if own and not any(known.endswith(digits) or digits.endswith(known) for known in own):
            text = f"The notice gives two register numbers: {', '.join([*own, digits])}."
            yield looked.finding("two_register_numbers", text, fact.segment, fact)
            return
        own.setdefault(digits, fact.segment)


def _same(name: str, controller: str) -> bool:
    return bool(controller) and name.split()[0].casefold() == controller.split()[0].casefold()


def _dates(looked: Looked) -> Iterator[Finding]:
    """Two dates of the last update."""
    own = [fact for fact in looked.facts("version_date") if looked.has(fact.segment, "updated")]
    for fact in own[1:]:
        first = own[0]
        length = min(len(first.value), len(fact.value))
        if fact.segment != first.segment and fact.value[:length] != first.value[:length]:
            text = f"The notice was last updated on {first.value} in one place and on {fact.value} in another."
            yield looked.finding("two_version_dates", text, fact.segment, fact)
            return


def _mail(looked: Looked) -> Iterator[Finding]:
    """An address at another domain than the controller's own, or at a provider of private mailboxes."""
    officers = {fact.segment for fact in looked.facts("dpo")}
    others: frozenset[Kind] = frozenset(("authority", "recipient", "processor_role"))
    own = [
        fact
        for fact in looked.facts("email")
        if not looked.kinds(fact.segment) & others and fact.segment not in officers
    ]
    domains = [fact.value.rsplit("@", 1)[-1] for fact in own]
    sites = [re.sub(r"^(?:https?://)?(?:www\.)?", "", fact.value).split("/")[0] for fact in looked.facts("web")]
    every = [fact.value.rsplit("@", 1)[-1] for fact in looked.facts("email")]
    home = {domain for domain in (*every, *sites) if _alike(domain, looked.reading.controller)}
    for fact, domain in zip(own, domains, strict=True):
        if domain in _MAILBOXES:
            text = f"{quoted(fact.value)} is a private mailbox; people cannot tell that it is the controller's."
            yield looked.finding("email_private", text, fact.segment, fact)
            return
        if home and domain not in home and not any(domain.endswith("." + one) for one in home):
            text = (
                f"{quoted(fact.value)} is not at the controller's own domain ({sorted(home)[0]}). Is it the "
                "right address?"
            )
            yield looked.finding("email_domain_differs", text, fact.segment, fact)
            return


def _alike(domain: str, controller: str) -> bool:
    """Tell whether a domain has a name of the controller's in it."""
    label = re.sub(r"[^a-z0-9]", "", domain.rsplit(".", 1)[0].lower())
    plain = controller.lower().translate(str.maketrans("æøåäöé", "aoaaoe"))
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if len(word) >= _LEAST_ALIKE]
    return any(word in label for word in words)
