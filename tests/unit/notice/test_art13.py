"""The items of GDPR art. 13: given, missing or not applicable, in notices of one or two sentences."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from holdord.notice.facts.art13 import ITEMS, Items, art13
from holdord.notice.facts.found import facts
from holdord.notice.model import Kind, Segment
from holdord.notice.read import read
from holdord.notice.times.durations import durations
from holdord.policy.terms import LANGUAGES, Language

Line = tuple[str, str]
"""Kinds, with blanks between, and the sentence."""

CASES: list[tuple[str, Language, bool | None, list[Line]]] = [
    ("controller_identity", "nb", True, [("controller", "Fjelltopp AS er behandlingsansvarlig.")]),
    ("controller_identity", "nb", False, [("controller", "Selskapet er behandlingsansvarlig.")]),
    ("controller_identity", "sv", True, [("controller", "Sjöstaden Vård AB är personuppgiftsansvarig.")]),
    ("controller_identity", "da", False, [("controller", "Vi er dataansvarlige for behandlingen.")]),
    ("controller_identity", "en", True, [("controller", "This site is operated by Bluebell Farm Ltd.")]),
    ("controller_identity", "nn", True, [("controller", "Behandlingsansvarleg er Ullvarefabrikken AS.")]),
    ("contact", "nb", True, [("contact", "Skriv til post@eksempel.no.")]),
    ("contact", "da", True, [("contact", "Ring på tlf. 11 22 33 44.")]),
    ("contact", "en", False, [("purpose", "We use your data to send parcels.")]),
    ("contact", "sv", False, [("recipient", "Vi delar uppgifter med info@annanfirma.se.")]),
    ("dpo", "nb", True, [("contact", "Personvernombudet nås på ombud@eksempel.no.")]),
    ("dpo", "sv", True, [("contact", "Dataskyddsombud:"), ("contact", "ombud@exempel.se")]),
    ("dpo", "da", True, [("contact", "Vi har ikke udpeget en databeskyttelsesrådgiver.")]),
    ("dpo", "nn", True, [("contact", "Du kan kontakte personvernombodet vårt om du har spørsmål.")]),
    ("dpo", "en", False, [("contact", "Write to post@example.com.")]),
    ("dpo", "nb", False, [("right contact", "Send en e-post til ut@eksempel.no eller spør personvernombudet.")]),
    ("purposes", "nb", True, [("purpose", "Vi bruker adressen til å sende varer.")]),
    ("purposes", "en", False, [("data_category", "We store your name.")]),
    ("legal_basis", "nb", True, [("legal_basis", "Grunnlaget er avtalen vår med deg.")]),
    ("legal_basis", "da", True, [("legal_basis", "Retsgrundlaget er artikel 6, stk. 1, litra b.")]),
    ("legal_basis", "sv", False, [("retention legal_basis", "Underlag sparas enligt bokföringslagen.")]),
    ("legal_basis", "en", False, [("purpose", "We use your address to send goods.")]),
    (
        "legal_basis",
        "sv",
        True,
        [("consent", "Genom att anmäla dig ger du ditt samtycke till att vi behandlar dina uppgifter.")],
    ),
    ("legal_basis", "da", False, [("right consent", "Du kan tilbagekalde dit samtykke.")]),
    ("legitimate_interest_named", "nb", None, [("legal_basis", "Grunnlaget er samtykket ditt.")]),
    (
        "legitimate_interest_named",
        "nb",
        True,
        [("legal_basis", "Vi har en berettiget interesse i å holde nettstedet trygt.")],
    ),
    ("legitimate_interest_named", "sv", False, [("legal_basis", "| Statistik | Intresseavvägning |")]),
    ("legitimate_interest_named", "en", True, [("legal_basis", "Our legitimate interest is to prevent fraud.")]),
    (
        "legitimate_interest_named",
        "en",
        False,
        [("legal_basis", "Legal basis: legitimate interest (GDPR Article 6(1)(f)).")],
    ),
    ("legitimate_interest_named", "da", False, [("legal_basis", "Artikel 6, stk. 1, litra f.")]),
    ("recipients", "nb", True, [("recipient", "Vi deler ikke opplysninger med noen.")]),
    ("recipients", "sv", True, [("processor_role", "Vi anlitar personuppgiftsbiträden.")]),
    ("recipients", "en", False, [("purpose", "We use your data to send parcels.")]),
    ("third_country_transfer", "nb", True, [("transfer", "Opplysningene overføres ikke til land utenfor EØS.")]),
    ("third_country_transfer", "da", True, [("transfer", "Data behandles inden for EU.")]),
    ("third_country_transfer", "sv", True, [("transfer", "Uppgifter kan överföras till tredjeland.")]),
    ("third_country_transfer", "en", True, [("transfer", "We rely on standard contractual clauses.")]),
    ("third_country_transfer", "nn", False, [("transfer", "Opplysningane er lagra på ein norsk tenar.")]),
    ("retention", "nb", True, [("retention", "Vi lagrer ordren i fem år.")]),
    ("retention", "sv", True, [("retention", "Vi sparar uppgifterna så länge det behövs.")]),
    ("retention", "da", False, [("retention right", "Dine oplysninger fjernes, hvis du beder om det.")]),
    ("retention", "en", False, [("cookie", "The cookie expires after 30 days.")]),
    ("right_access", "nb", True, [("right", "Du har rett til innsyn.")]),
    ("right_access", "en", True, [("right", "You can request a copy of your data.")]),
    ("right_access", "sv", True, [("right", "Du har rätt att få ett registerutdrag.")]),
    ("right_access", "nb", False, [("purpose", "Folk har rett til innsyn i sakene.")]),
    ("right_rectification", "da", True, [("right", "Du har ret til at få urigtige oplysninger rettet.")]),
    ("right_rectification", "nn", True, [("right", "Du kan krevje retting av opplysningar.")]),
    ("right_rectification", "en", False, [("right", "You have the right to access.")]),
    ("right_erasure", "sv", True, [("right", "Du kan begära att vi raderar dina uppgifter.")]),
    ("right_erasure", "nb", False, [("retention", "Vi sletter ordren etter fem år.")]),
    ("right_restriction", "nb", True, [("right", "Du kan kreve at behandlingen av opplysningene begrenses.")]),
    ("right_restriction", "da", False, [("right", "Du har ret til sletning, dog begrænset af loven.")]),
    ("right_restriction", "da", False, [("right", "Gør du indsigelse, ser vi på, om vi skal begrænse behandlingen.")]),
    ("right_objection", "nn", True, [("right", "Du har rett til å protestere mot handsaminga.")]),
    ("right_objection", "sv", True, [("right", "Du har rätt att invända mot direktmarknadsföring.")]),
    ("right_objection", "en", False, [("right", "You may unsubscribe from the newsletter.")]),
    ("right_portability", "da", True, [("right", "Du har ret til dataportabilitet.")]),
    ("right_portability", "nb", True, [("right", "Du har rett til å få opplysningene flyttet til andre.")]),
    ("right_portability", "sv", False, [("right", "Du har rätt till rättelse.")]),
    ("right_withdraw_consent", "nb", None, [("legal_basis", "Grunnlaget er avtalen.")]),
    ("right_withdraw_consent", "nb", False, [("legal_basis consent", "Grunnlaget er samtykke.")]),
    ("right_withdraw_consent", "en", True, [("right consent", "You can withdraw your consent at any time.")]),
    ("right_withdraw_consent", "da", True, [("right consent", "Du kan altid trække dit samtykke tilbage.")]),
    ("complaint_authority", "nb", True, [("authority right", "Du kan klage til Datatilsynet.")]),
    ("complaint_authority", "sv", True, [("authority right", "Klagomål lämnas till Integritetsskyddsmyndigheten.")]),
    ("complaint_authority", "en", False, [("authority right", "You may complain to the supervisory authority.")]),
    (
        "complaint_authority",
        "en",
        True,
        [("authority right", "You may complain to the Information Commissioner's Office.")],
    ),
    (
        "statutory_contractual_requirement",
        "nb",
        True,
        [("purpose", "Hvis du ikke oppgir adresse, kan vi ikke levere.")],
    ),
    (
        "statutory_contractual_requirement",
        "en",
        True,
        [("data_category", "If you do not provide your address we cannot deliver.")],
    ),
    (
        "statutory_contractual_requirement",
        "en",
        False,
        [("recipient", "We do not provide your information to others.")],
    ),
    ("statutory_contractual_requirement", "da", False, [("data_category", "Medlemmer skal oplyse navn.")]),
    ("automated_decisions", "nb", True, [("profiling", "Vi tar ingen automatiserte avgjørelser.")]),
    ("automated_decisions", "sv", True, [("profiling", "Automatiserat beslutsfattande förekommer inte.")]),
    (
        "automated_decisions",
        "en",
        False,
        [("right profiling", "You have the right not to be subject to automated decisions.")],
    ),
    ("automated_decisions", "da", False, [("profiling", "Vi bygger en profil af dine interesser.")]),
]


@pytest.mark.parametrize(("item", "language", "expected", "lines"), CASES)
def test_an_item_is_given_missing_or_not_applicable(
    item: str, language: Language, expected: bool | None, lines: list[Line]
) -> None:
    items = _read(lines, language)
    assert items.given[item] is expected
    assert (item in items.where) == (expected is True)


def test_what_gives_an_item_is_told() -> None:
    items = _read([("definition_or_filler", "Personvern"), ("right", "Du har rett til innsyn.")], "nb")
    assert items.where["right_access"] == 1


def test_an_empty_notice_gives_nothing() -> None:
    items = _read([], "en")
    assert set(items.given) == set(ITEMS)
    assert not any(items.given.values())
    assert items.given["legitimate_interest_named"] is None
    assert not items.where


PHRASINGS: dict[Language, dict[str, dict[str, list[str]]]] = YAML(typ="safe").load(
    Path(__file__).parent / "art13_phrasings.yaml"
)
NOTICES: dict[Language, tuple[str, str]] = {
    "nb": ("# Personvernerklæring\n\nDenne erklæringen handler om personopplysninger.", "Takk for at du leste."),
    "nn": ("# Personvernfråsegn\n\nDenne fråsegna handlar om personopplysningar.", "Takk for at du las."),
    "da": ("# Privatlivspolitik\n\nDenne politik handler om personoplysninger.", "Tak, fordi du læste med."),
    "sv": ("# Integritetspolicy\n\nDen här policyn handlar om personuppgifter.", "Tack för att du läste."),
    "en": ("# Privacy notice\n\nThis notice concerns personal data.", "Thank you for reading."),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("item", ITEMS)
def test_an_item_is_found_in_many_wordings_and_not_in_near_misses(item: str, language: Language) -> None:
    for wanted in ("given", "near"):
        for phrasing in PHRASINGS[language][item].get(wanted, []):
            assert _is_found(item, phrasing, language) is (wanted == "given"), phrasing


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("item", ITEMS)
def test_a_wording_marked_as_read_wrongly_still_is(item: str, language: Language) -> None:
    for wanted in ("not_yet", "near_yet"):
        for phrasing in PHRASINGS[language][item].get(wanted, []):
            now_right = f"read rightly now, move it: {phrasing}"
            assert _is_found(item, phrasing, language) is (wanted == "near_yet"), now_right


def _is_found(item: str, phrasing: str, language: Language) -> bool:
    head, foot = NOTICES[language]
    items = read(f"{head}\n\n{phrasing}\n\n{foot}", language).art13
    assert items is not None
    return items[item] is True


KINDS = st.sampled_from(
    ["right", "legal_basis", "retention", "contact", "transfer", "consent", "definition_or_filler", "recipient"]
)
WORDS = st.lists(
    st.sampled_from(
        [
            "Vi",
            "AS",
            "innsyn",
            "rett",
            "til",
            "samtykke",
            "Datatilsynet",
            "EU",
            "art. 6",
            "(1)",
            "f",
            "berettiget interesse",
            "ikke",
            "3 år",
            "slettes",
            "DPO",
            "@",
            "|",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(st.sampled_from(LANGUAGES), st.lists(st.tuples(KINDS, WORDS), max_size=6))
def test_any_notice_gets_an_answer_for_each_item(language: Language, lines: list[Line]) -> None:
    items = _read(lines, language)
    assert set(items.given) == set(ITEMS)
    assert all(0 <= number < len(lines) for number in items.where.values())
    assert {item for item, given in items.given.items() if given} == set(items.where)


def _read(lines: list[Line], language: Language) -> Items:
    segments: list[Segment] = []
    kinds: list[frozenset[Kind]] = []
    at = 0
    for number, (names, text) in enumerate(lines):
        segments.append(Segment(start=at, end=at + len(text), text=text, role="sentence", block=number))
        kinds.append(frozenset(names.split()))  # type: ignore[arg-type]
        at += len(text) + 1
    times = durations(segments, language, kinds)
    return art13(segments, kinds, facts(segments, language, kinds), times, language)
