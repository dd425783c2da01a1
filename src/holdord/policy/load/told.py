"""Loads what people are told beside the purposes: the controller, names and their descriptions, rights, cookies."""

from typing import Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holdord.document import Path
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.grammar import ControllerText, PolicyText
from holdord.policy.load.wrong import Wrong
from holdord.policy.model import Controller
from holdord.policy.terms import ADEQUATE, CATEGORIES, COUNTRIES, EEA, ELSEWHERE, Category
from holdord.policy.told import Cookie, Officer, Recipient, Requests, Requirement, Said, Source, Told

SESSION = "session"
NONE = "none"
SPOKEN_OF = frozenset(("recipients", "cookies", "sensitive", "decisions", "requirements"))
_MONTH = Duration(months=1, days=0)

Key = TypeVar("Key")
Value = TypeVar("Value")


def controller(text: ControllerText, wrong: Wrong) -> Controller:
    """Return who decides, with the zone that dates are dates in."""
    usual = COUNTRIES[text.country].zone
    chosen = text.time_zone or usual
    try:
        place = ZoneInfo(chosen)
    except (ZoneInfoNotFoundError, ValueError):
        wrong.at(("controller", "time_zone"), f"{chosen!r} is no time zone.", f"Such as {usual!r}.")
        place = ZoneInfo(usual)
    year = wrong.attempt(
        ("controller", "financial_year_ends"),
        lambda: FinancialYear.parse(text.financial_year_ends),
        FinancialYear(month=12, day=31),
    )
    return Controller(
        name=text.name,
        country=text.country,
        register_number=text.register_number or "",
        zone=place,
        year=year,
    )


def categories(written: PolicyText, wrong: Wrong) -> dict[str, Category]:
    """Return the vocabulary of data: what is built in, and the policy's own."""
    known = dict(CATEGORIES)
    for name, text in written.categories.items():
        base = known.get(name)
        label = wrong.said(text.label) if text.label else base.label if base else ""
        known[name] = Category(
            name=name,
            iri=text.iri or (base.iri if base else ""),
            label=label or wrong.said(name.replace("_", " ").replace(".", ": ")),
            afterwards=text.after,
        )
    return known


def clocks(written: PolicyText, wrong: Wrong) -> dict[str, Said]:
    """Return what people are told instead of a clock's name."""
    said = {}
    for name, text in written.clocks.items():
        if text.says is None and not text.latest_of:
            wrong.at(("clocks", name), "Nothing stands here.", "Add 'latest_of:' or 'says:'.")
        for index, clock in enumerate(text.latest_of):
            if written.clocks.get(clock) and written.clocks[clock].latest_of:
                wrong.at(
                    ("clocks", name, "latest_of", index), f"{clock!r} stands for several clocks itself.", "List them."
                )
        if text.says is not None:
            said[name] = wrong.said(text.says)
    return said


def sources(written: PolicyText, wrong: Wrong) -> dict[str, Source]:
    """Return where data come from."""
    return {name: Source(says=wrong.said(text.says), public=text.public) for name, text in written.sources.items()}


def recipients(written: PolicyText, wrong: Wrong) -> dict[str, Recipient]:
    """Return who gets data; those in a third country with what the transfer rests on (GDPR art. 13(1)(f))."""
    made: dict[str, Recipient] = {}
    for name, text in _some(written.recipients).items():
        path: Path = ("recipients", name)
        if text.country in EEA:
            wrong.at((*path, "country"), f"{text.country} is in the EEA, so nothing is transferred.", "Remove it.")
        elif text.country and text.country not in ELSEWHERE:
            remedy = f"Known are: {', '.join(ELSEWHERE)}."
            wrong.at((*path, "country"), f"The country {text.country!r} is not known.", remedy)
        elif text.country and text.safeguard == "adequacy" and text.country not in ADEQUATE:
            remedy = f"There is one for: {', '.join(ADEQUATE)}."
            wrong.at((*path, "safeguard"), f"No adequacy decision for {text.country} is known (GDPR art. 45).", remedy)
        if (text.country is None) != (text.safeguard is None):
            remedy = "A country outside the EEA needs 'safeguard:', and a safeguard its 'country:'."
            wrong.at(path, "Country and safeguard go together (GDPR art. 13(1)(f)).", remedy)
        made[name] = Recipient(
            says=wrong.said(text.says), role=text.role, country=text.country or "", safeguard=text.safeguard
        )
    return made


def told(written: PolicyText, wrong: Wrong) -> Told:
    """Return the rest of what a notice says."""
    return Told(
        language=written.language,
        contact={str(way): text for way, text in written.controller.contact.items()},
        version=written.version,
        officer=_officer(written, wrong),
        requests=_requests(written, wrong),
        security=tuple(wrong.said(words) for words in written.security),
        cookies=_cookies(written, wrong),
        sensitive=dict(_some(written.sensitive)),
        decisions=wrong.said(written.decisions) if written.decisions and written.decisions != NONE else None,
        requirements=_requirements(written, wrong),
        changes=wrong.said(written.changes) if written.changes else None,
        unsaid=_unsaid(written),
    )


def _some(said: dict[Key, Value] | Literal["none"]) -> dict[Key, Value]:
    return {} if isinstance(said, str) else said


def _unsaid(written: PolicyText) -> frozenset[str]:
    officer = frozenset() if "officer" in written.controller.model_fields_set else frozenset(("officer",))
    return SPOKEN_OF - written.model_fields_set | officer


def _officer(written: PolicyText, wrong: Wrong) -> Officer | None:
    text = written.controller.officer
    if text is None or isinstance(text, str):
        return None
    if not (text.email or text.phone):
        remedy = "Add 'email:' or 'phone:' (GDPR art. 13(1)(b))."
        wrong.at(("controller", "officer"), "How to reach the data protection officer is missing.", remedy)
    return Officer(name=text.name or "", email=text.email or "", phone=text.phone or "")


def _requests(written: PolicyText, wrong: Wrong) -> Requests | None:
    """Return where requests go; a promise may be sooner than the law's month, never later (GDPR art. 12(3))."""
    text = written.requests
    if text is None:
        return None
    within = None
    if text.within is not None:
        path: Path = ("requests", "within")
        within = wrong.attempt(path, lambda: Duration.parse(text.within or ""), _MONTH)
        if within.longer_than(_MONTH):
            remedy = "Write at most '1 month', or nothing: then the law's month is told."
            wrong.at(path, f"Requests are answered within one month (GDPR art. 12(3)), not {within}.", remedy)
    return Requests(to=wrong.name(text.to), within=None if within == _MONTH else within)


def _cookies(written: PolicyText, wrong: Wrong) -> dict[str, Cookie]:
    made = {}
    for name, text in _some(written.cookies).items():
        path: Path = ("cookies", name, "lasts")
        lasts = None
        if text.lasts != SESSION:
            lasts = wrong.attempt(path, lambda text=text: Duration.parse(text.lasts), None)  # type: ignore[misc]
        made[name] = Cookie(purpose=wrong.said(text.label), set_by=wrong.name(text.set_by), lasts=lasts)
    return made


def _requirements(written: PolicyText, wrong: Wrong) -> tuple[Requirement, ...]:
    groups = {name.partition(".")[0] for name in CATEGORIES}
    demanded = [] if isinstance(written.requirements, str) else written.requirements
    for at, one in enumerate(demanded):
        for index, name in enumerate(one.needs):
            if name not in CATEGORIES and name not in groups:
                remedy = f"Such as 'contact.name', or one of these groups: {', '.join(sorted(groups))}."
                wrong.at(("requirements", at, "needs", index), f"The category {name!r} is unknown.", remedy)
    return tuple(
        Requirement(demand=one.demand, needs=tuple(one.needs), otherwise=wrong.said(one.otherwise)) for one in demanded
    )
