"""Five made-up controllers, one for each language; what is written for them stands in ``tests/cases/write``.

``python -m tests.unit.notice.write.written`` writes the cases anew; read them before they are kept.
"""

from datetime import date
from pathlib import Path

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.page import write
from holdord.notice.write.parts import (
    Authority,
    Controller,
    Cookie,
    Extra,
    Limit,
    Officer,
    Purpose,
    Recipient,
    Requirement,
    Sensitive,
)
from holdord.policy.duration import Duration
from holdord.policy.terms import Language

CASES = Path(__file__).parents[3] / "cases" / "write"


def _for(text: str) -> Duration:
    return Duration.parse(text)


BIKES = NoticeFacts(
    controller=Controller(
        name="Fjordlys Sykkel AS",
        country="NO",
        register_number="999 888 777",
        address="Kaigata 1, 5003 Bergen",
        email="post@fjordlys.example",
        phone="55 00 00 00",
    ),
    version=date(2026, 3, 1),
    purposes=(
        Purpose(
            words="å reparere sykkelen din",
            basis="contract",
            data=("contact.name", "contact.phone", "commercial.order"),
            groups=("kunder",),
            recipients=("Verkstedsystem AS",),
            limits=(Limit(kind="at_most", duration=_for("2 years"), clocks=("delivered",)),),
        ),
        Purpose(
            words="å føre regnskap",
            basis="legal_obligation",
            law="bokføringsloven § 13",
            data=("contact.name", "financial.invoice"),
            groups=("kunder", "leverandører"),
            recipients=("Verkstedsystem AS", "regnskapsføreren vår"),
            limits=(Limit(kind="at_least", duration=_for("5 years"), clocks=("voucher_date",), counted_from="year"),),
        ),
        Purpose(
            words="å sende nyhetsbrevet",
            basis="consent",
            data=("contact.email",),
            groups=("folk som har meldt seg på",),
            recipients=("Brevdue Inc",),
            limits=(
                Limit(
                    kind="at_most",
                    duration=_for("0 days"),
                    clocks=("consent_withdrawn",),
                    within=_for("5 days"),
                ),
            ),
            ends_on_request=True,
        ),
    ),
    recipients=(
        Recipient(name="Verkstedsystem AS", role="processor"),
        Recipient(name="regnskapsføreren vår", role="processor"),
        Recipient(name="Brevdue Inc", role="processor", country="US", safeguard="standard_clauses"),
    ),
    security=(
        "Vi krypterer alle maskiner.",
        "Bare de som trenger opplysningene, kommer inn.",
        "Vi tar kopi hver natt.",
    ),
    cookies=(
        Cookie(name="kurv", purpose="husker hva du har lagt i kurven", provider="oss", lifetime=None),
        Cookie(name="_besok", purpose="teller besøk", provider="Telleverk AS", lifetime=_for("13 months")),
    ),
    requests_to="personvern@fjordlys.example",
    answer_days=14,
    requirements=(
        Requirement(demand="to_enter_contract", data=("contact",), consequences="da kan vi ikke ta imot sykkelen."),
    ),
    changes="på nettstedet vårt",
    extras=(Extra(section="purposes", text="Send oss ikke fødselsnummer på e-post."),),
)

CHOIR = NoticeFacts(
    controller=Controller(
        name="Havlys songlag", country="NO", email="styret@havlys.example", web="https://havlys.example"
    ),
    version=date(2026, 1, 15),
    purposes=(
        Purpose(
            words="å halde orden på medlemene",
            basis="contract",
            data=("contact", "demographic.birth_date"),
            other_data=("stemmegruppe",),
            groups=("medlemer", "foreldra til medlemer under 15 år"),
            recipients=("Korforbundet",),
            limits=(Limit(kind="at_most", duration=_for("12 months"), clocks=("membership_ended",)),),
        ),
        Purpose(
            words="å vise konsertane fram",
            basis="legitimate_interest",
            interest="å vise kva koret gjer",
            data=("media.picture",),
            groups=("folk som er med på konsertane",),
            from_person=False,
            sources=("fotografar i koret",),
            public_sources=("opne sider på sosiale medium",),
            limits=(
                Limit(kind="at_most", duration=_for("3 years"), clocks=("event_held",)),
                Limit(kind="at_most", duration=_for("0 days"), clocks=("objected",)),
            ),
        ),
        Purpose(
            words="å lage mat som alle toler",
            basis="consent",
            data=("contact.name",),
            other_data=("matallergiar",),
            groups=("deltakarar på øvingshelger",),
            limits=(Limit(kind="at_most", duration=_for("1 week"), clocks=("event_held",)),),
            ends_on_request=True,
        ),
    ),
    recipients=(Recipient(name="Korforbundet", role="controller"),),
    sensitive=(Sensitive(category="health", letter="a"),),
    security=("Berre styret kjem inn i medlemslista.",),
    requests_to="styret@havlys.example",
    changes="på øvinga",
)

ROOFS = NoticeFacts(
    controller=Controller(
        name="Grønne Tage ApS",
        country="DK",
        register_number="12 34 56 78",
        address="Havnevej 2, 9000 Aalborg",
        email="hej@gronnetage.example",
    ),
    officer=Officer(name="Rikke Holm", email="dpo@gronnetage.example"),
    version=date(2026, 5, 4),
    purposes=(
        Purpose(
            words="at svare dem der skriver eller ringer",
            basis="legitimate_interest",
            interest="at kunne svare og følge op",
            data=("contact.name", "contact.email", "communication.message"),
            groups=("alle der henvender sig",),
            recipients=("Skyhus Inc",),
            limits=(Limit(kind="at_most", duration=_for("12 months"), clocks=("last_contact",)),),
        ),
        Purpose(
            words="at holde aftalen med kunden",
            basis="contract",
            data=("contact", "job.employer", "commercial.agreement"),
            groups=("kontaktpersoner hos kunder",),
            sources=("den virksomhed du arbejder for",),
            recipients=("Skyhus Inc", "vores revisor"),
            limits=(
                Limit(
                    kind="at_most",
                    duration=_for("24 months"),
                    clocks=("relation_ended", "paid"),
                    open_ended="så længe du er kunde",
                ),
            ),
        ),
        Purpose(
            words="at finde nye medarbejdere",
            basis="contract",
            data=("contact", "job.application", "job.assessment"),
            groups=("ansøgere",),
            sources=("dem du har bedt os ringe til",),
            limits=(
                Limit(
                    kind="at_most",
                    duration=_for("6 months"),
                    clocks=("application_closed",),
                    within=_for("7 months"),
                ),
            ),
        ),
    ),
    recipients=(
        Recipient(name="Skyhus Inc", role="processor", country="US", safeguard="adequacy"),
        Recipient(name="vores revisor", role="controller"),
    ),
    security=("Vi låser kontoret og krypterer alle computere.", "Alle medarbejdere har tavshedspligt."),
    requests_to="dpo@gronnetage.example",
    answer_days=30,
    requirements=(
        Requirement(demand="contractual", data=("contact.address",), consequences="så kan vi ikke lægge taget."),
    ),
    changes="på e-mail",
)

MUSEUM = NoticeFacts(
    controller=Controller(
        name="Ljusmuseet",
        country="SE",
        register_number="802000-0000",
        address="Fyrvägen 3, 621 00 Visby",
        email="info@ljusmuseet.example",
        phone="0498-00 00 00",
    ),
    officer=Officer(email="ombud@ljusmuseet.example", phone="0498-00 00 01"),
    version=date(2026, 2, 28),
    purposes=(
        Purpose(
            words="att bevara ortens minnen",
            basis="public_task",
            law="museilagen (2017:563)",
            data=("contact.name", "media.picture"),
            other_data=("berättelser",),
            groups=("personer som har lämnat något till samlingen",),
            sources=("släktingar",),
            public_sources=("gamla tidningar",),
            limits=(Limit(kind="at_least", duration=_for("70 years"), from_words=("dagen då vi tog emot föremålet",)),),
        ),
        Purpose(
            words="att ta emot anmälningar till visningar",
            basis="contract",
            data=("contact.name", "contact.phone", "event.participation"),
            groups=("besökare",),
            recipients=("Biljettkontoret AB",),
            limits=(Limit(kind="at_most", duration=_for("2 weeks"), clocks=("event_held",)),),
        ),
        Purpose(
            words="att skicka programmet",
            basis="consent",
            data=("contact.email",),
            groups=("prenumeranter",),
            limits=(
                Limit(
                    kind="at_most",
                    duration=_for("0 days"),
                    clocks=("unsubscribed",),
                    within=_for("3 days"),
                    open_ended="så länge du vill ha programmet",
                ),
            ),
            ends_on_request=True,
        ),
    ),
    recipients=(Recipient(name="Biljettkontoret AB", role="processor"),),
    security=("Vi har loggar över vem som öppnar registret.",),
    requests_to="ombud@ljusmuseet.example",
    cookies=(Cookie(name="sprak", purpose="minns ditt språk", provider="oss", lifetime=_for("1 year")),),
    changes="i programmet",
)

LENDER = NoticeFacts(
    controller=Controller(
        name="Harbour Lights Credit Union",
        country="IE",
        register_number="000 000",
        address="1 Quay Street, Galway",
        email="hello@harbour.example",
        phone="+353 91 000 000",
    ),
    officer=Officer(name="Aoife Byrne", email="privacy@harbour.example"),
    version=date(2026, 4, 1),
    purposes=(
        Purpose(
            words="deciding on loans",
            basis="contract",
            data=("contact", "job.employer", "financial.salary", "financial.account"),
            groups=("people who apply for a loan",),
            sources=("your employer", "the Central Credit Register"),
            recipients=("the Central Credit Register",),
            limits=(Limit(kind="at_most", duration=_for("1 year 6 months"), clocks=("application_decided",)),),
        ),
        Purpose(
            words="knowing who our members are",
            basis="legal_obligation",
            law="the Criminal Justice (Money Laundering and Terrorist Financing) Act 2010, section 55",
            data=("contact", "demographic.birth_date", "identity"),
            groups=("members",),
            limits=(Limit(kind="at_least", duration=_for("5 years"), clocks=("relation_ended",)),),
        ),
        Purpose(
            words="making our site better",
            basis="legitimate_interest",
            interest="seeing which pages are of use",
            data=("technical.ip_address", "behaviour.site"),
            groups=("visitors",),
            recipients=("Countwise Ltd",),
            limits=(Limit(kind="at_most", duration=_for("90 days"), clocks=("site_visited",)),),
        ),
    ),
    recipients=(
        Recipient(name="the Central Credit Register", role="authority"),
        Recipient(name="Countwise Ltd", role="processor", country="GB", safeguard="adequacy"),
    ),
    security=("We encrypt what we send and what we store.", "We log who opens a member's file."),
    cookies=(Cookie(name="visits", purpose="counts visits", provider="Countwise Ltd", lifetime=_for("90 days")),),
    requests_to="privacy@harbour.example",
    authority=Authority(name="the Data Protection Commission", web="https://www.dataprotection.ie"),
    decisions="small loans are granted or refused by rules on income and debt. A refusal means that you get no loan.",
    requirements=(
        Requirement(
            demand="statutory", data=("identity.national_number",), consequences="we cannot take you in as a member."
        ),
        Requirement(demand="to_enter_contract", data=("financial",), consequences="we cannot decide on a loan."),
    ),
    changes="by e-mail",
)

EXAMPLES: dict[str, tuple[NoticeFacts, Language]] = {
    "bikes": (BIKES, "nb"),
    "choir": (CHOIR, "nn"),
    "roofs": (ROOFS, "da"),
    "museum": (MUSEUM, "sv"),
    "lender": (LENDER, "en"),
}

if __name__ == "__main__":
    for name, (facts, language) in EXAMPLES.items():
        (CASES / f"{name}.{language}.md").write_text(write(facts, language), encoding="utf-8")
