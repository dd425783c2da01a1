"""Facts in segments: articles and acts, numbers with check digits, dates, rights, names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.notice.facts.contacts import register_number_fits
from holdord.notice.facts.found import controller_of, facts, version_date_of
from holdord.notice.facts.law import acts, articles
from holdord.notice.facts.names import names
from holdord.notice.model import Kind, Segment
from holdord.notice.times.durations import durations
from holdord.policy.terms import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("art. 6 nr. 1 bokstav f", ["6(1)(f)"]),
        ("artikkel 6 (1) f", ["6(1)(f)"]),
        ("artikkel 6 nr. 1 bokstav a, b og f", ["6(1)(a)", "6(1)(b)", "6(1)(f)"]),
        ("artikkel 6 nr. 1 litra c", ["6(1)(c)"]),
        ("artikel 6, stk. 1, litra f", ["6(1)(f)"]),
        ("artikel 6, stk. 1, litra a-c", ["6(1)(a)", "6(1)(b)", "6(1)(c)"]),
        ("artikel 9, stk. 2, litra h", ["9(2)(h)"]),
        ("artikel 6.1 f i GDPR", ["6(1)(f)"]),
        ("artikel 6 punkt 1 led b", ["6(1)(b)"]),
        ("Article 6(1)(f)", ["6(1)(f)"]),
        ("Art. 6 (1) lit. f", ["6(1)(f)"]),
        ("Articles 6(1)(a) and 6(1)(b)", ["6(1)(a)", "6(1)(b)"]),
        ("Article 6 para. 1 point (b)", ["6(1)(b)"]),
        ("article 6.1.f", ["6(1)(f)"]),
        ("GDPR art 6 bokstav c", ["6(1)(c)"]),
        ("artikkel 6 nr. 1 i forordningen", []),
        ("artikel 6.1 i dataskyddsförordningen", []),
        ("personopplysningsloven § 18", []),
    ],
)
def test_a_legal_basis_is_read_however_it_is_written(text: str, bases: list[str]) -> None:
    assert [value for value, _, _ in articles(text)[0]] == bases


@pytest.mark.parametrize(
    "text", ["GDPR § 6 bokstav ø", "Article 6(1)(g)", "artikel 6, stk. 2, litra f", "artikkel 101"]
)
def test_an_article_that_does_not_exist_is_kept_as_it_is_written(text: str) -> None:
    bases, others = articles(text)
    assert not bases
    assert [text[start:end] for _, start, end in others] == [text]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Etter bokføringsloven § 13 lagrer vi bilag.", ["bokføringsloven § 13"]),
        ("Bilaga følgjer bokføringslova.", ["bokføringslova"]),
        ("Vi følger bogføringsloven.", ["bogføringsloven"]),
        ("Enligt bokföringslagen (1999:1078) 7 kap. 2 § sparas de.", ["bokföringslagen (1999:1078) 7 kap. 2 §"]),
        ("The Companies Act 2006 applies.", ["Companies Act 2006"]),
        (
            "Kakor regleras i lag (2022:482) om elektronisk kommunikation.",
            ["lag (2022:482) om elektronisk kommunikation"],
        ),
        ("Bolagen och förslagen är nya.", []),
        ("Det følger av personvernforordningen.", []),
        ("We act for you.", []),
    ],
)
def test_acts_are_named_with_their_sections(text: str, named: list[str]) -> None:
    assert [name for name, _, _ in acts(text)] == named


@pytest.mark.parametrize(
    ("text", "what", "value"),
    [
        ("Org.nr. 974 760 673", "register_number", "974760673"),
        ("Org.nr. 974 760 674", "register_number_wrong", "974760674"),
        ("CVR-nr. 10150817", "register_number", "10150817"),
        ("CVR-nr. 10150818", "register_number_wrong", "10150818"),
        ("Organisationsnummer: 202100-5489", "register_number", "202100-5489"),
        ("Company registration number: X1234567", "register_number", "X1234567"),
        ("Skriv til post@eksempel.no", "email", "post@eksempel.no"),
        ("Skriv til post (at) eksempel.no", "email", "post@eksempel.no"),
        ("Ring oss på tlf. 22 33 44 55.", "phone", "22334455"),
        ("Telefon: +45 11 22 33 44", "phone", "+4511223344"),
        ("Ring 08-123 45 67", "phone", "081234567"),
        ("Besøk www.eksempel.no.", "web", "www.eksempel.no"),
        ("Storgata 12", "address", "Storgata 12"),
        ("Postboks 12", "address", "Postboks 12"),
        ("123 45 Lillstad", "address", "123 45 Lillstad"),
        ("Sist oppdatert 3. februar 2024.", "version_date", "2024-02-03"),
        ("Senast uppdaterad: 2023-11-30", "version_date", "2023-11-30"),
        ("Senest opdateret den 1. maj 2022", "version_date", "2022-05-01"),
        ("Last updated: March 5, 2021", "version_date", "2021-03-05"),
        ("Gjelder fra 01.07.2020", "version_date", "2020-07-01"),
        ("Effective date: June 2019", "version_date", "2019-06"),
        ("Sist endra 12. mai 2024", "version_date", "2024-05-12"),
        ("Vi sparar uppgifterna så länge du är kund.", "open_ended", "så länge du är"),
        ("We may share data.", "vague", "may share"),
        ("Klag til Datatilsynet.", "authority", "Datatilsynet"),
        ("Vi bruker Stripe til betaling.", "recipient", "Stripe"),
        ("Vi lagrer IP-adresser.", "category", "technical.ip_address"),
        ("Data krypteres.", "measure", "encryption"),
        ("Du har rett til innsyn.", "right", "access"),
        ("Du har ret til at gøre indsigelse.", "right", "objection"),
        ("Du har rätt att begära begränsning av behandlingen.", "right", "restriction"),
        ("You have the right to data portability.", "right", "portability"),
        ("Du kan når som helst trekkje tilbake samtykket.", "right", "withdraw_consent"),
    ],
)
def test_a_fact_is_read(text: str, what: str, value: str) -> None:
    language: Language = (
        "en"
        if text.split()[0] in ("We", "You", "Last", "Effective", "Company")
        else "sv"
        if "ä" in text
        else "da"
        if " ret " in text or "Senest" in text
        else "nb"
    )
    assert (what, value) in {(fact.what, fact.value) for fact in facts([_segment(text)], language)}


@pytest.mark.parametrize(
    "text", ["Vi solgte 22 33 44 55 epler.", "Kl. 08-16 hver dag", "I 2023 Oslo vant", "Det koster 12 345 kr"]
)
def test_figures_alone_are_no_telephone_and_no_address(text: str) -> None:
    assert not [fact for fact in facts([_segment(text)], "nb") if fact.what in ("phone", "address")]


@pytest.mark.parametrize(
    ("digits", "fits"),
    [
        ("974760673", True),
        ("974760674", False),
        ("10150817", True),
        ("10150818", False),
        ("2021005489", True),
        ("2021005488", False),
        ("162021005489", True),
        ("123", True),
    ],
)
def test_check_digits(digits: str, *, fits: bool) -> None:
    assert register_number_fits(digits) is fits


@pytest.mark.parametrize(
    ("language", "texts", "name"),
    [
        ("nb", ["Nordlys Regnskap AS er behandlingsansvarlig."], "Nordlys Regnskap AS"),
        ("nb", ["Behandlingsansvarlig er Fjordbåt AS, Kaien 3."], "Fjordbåt AS"),
        ("nn", ["Vestlandske Ullvarer er behandlingsansvarleg for opplysningane."], "Vestlandske Ullvarer"),
        ("nb", ["Selskapet er behandlingsansvarlig."], ""),
        ("nb", ["Daglig leder er behandlingsansvarlig for Solsiden Bakeri AS sin behandling."], "Solsiden Bakeri AS"),
        ("da", ["Havnens Cykler ApS er dataansvarlig."], "Havnens Cykler ApS"),
        ("da", ["Hjemmesiden ejes og drives af Birkely Fysioterapi."], "Birkely Fysioterapi"),
        ("sv", ["Skogens Kaffe AB är personuppgiftsansvarig."], "Skogens Kaffe AB"),
        ("sv", ["Webbplatsen drivs av Norrsken Bygg AB."], "Norrsken Bygg AB"),
        ("en", ["Hilltop Tools Ltd is the data controller."], "Hilltop Tools Ltd"),
        ("en", ["Your data will be processed by Harbour Lights Limited."], "Harbour Lights Limited"),
        ("en", ["We are the controller."], ""),
    ],
)
def test_the_controller_is_the_one_that_is_named(language: Language, texts: list[str], name: str) -> None:
    segments = [_segment(text) for text in texts]
    assert controller_of(segments, facts(segments, language), language) == name


def test_the_notices_date_is_the_latest_of_the_most_exact() -> None:
    segments = [
        _segment("Sist oppdatert 2021."),
        _segment("Sist oppdatert 1. mai 2023."),
        _segment("Gjelder fra 1.6.2022"),
    ]
    assert version_date_of(segments, facts(segments, "nb")) == "2023-05-01"
    assert version_date_of([], ()) == ""


def test_a_right_is_one_only_where_the_sentence_is_about_rights() -> None:
    text = _segment("Vi sletter data når formålet er oppfylt, og du kan be oss om det.")
    retention: frozenset[Kind] = frozenset({"retention"})
    right: frozenset[Kind] = frozenset({"right"})
    assert not [fact for fact in facts([text], "nb", [retention]) if fact.what == "right"]
    assert [fact.value for fact in facts([text], "nb", [right]) if fact.what == "right"] == ["erasure"]


def test_offsets_speak_of_the_plain_text() -> None:
    plain = "Skriv   til\n  post@eksempel.no\n  innen 30\n\tdager, for da   slettes alt."
    segment = Segment(start=0, end=len(plain), text=" ".join(plain.split()), role="sentence", block=0)
    (email,) = [fact for fact in facts([segment], "nb", plain=plain) if fact.what == "email"]
    assert plain[email.start : email.end] == "post@eksempel.no"
    (time,) = durations([segment], "nb", plain=plain)
    assert plain[time.start : time.end] == "30\n\tdager"


@given(
    st.sampled_from(LANGUAGES),
    st.lists(
        st.sampled_from(
            [
                "Vi",
                "lagrer",
                "3 år",
                "etter",
                "art. 6",
                "nr. 1",
                "bokstav",
                "f",
                "@",
                "a@b.no",
                "tlf.",
                "22 33 44 55",
                "AS",
                "Du",
                "rett til",
                "innsyn",
                "|",
                ":",
                "so",
                "(",
                "Org.nr.",
                "974760673",
                "hver",
                "1. mai 2024",
                "sist oppdatert",
                "\n",
                "  ",
                "Act",
                "lov om",
            ]
        ),
        max_size=25,
    ).map(" ".join)
    | st.text(max_size=80),
)
def test_any_text_is_read_and_every_place_is_inside_it(language: Language, plain: str) -> None:
    segment = Segment(start=0, end=len(plain), text=" ".join(plain.split()), role="sentence", block=0)
    for one in (*facts([segment], language, plain=plain), *durations([segment], language, plain=plain)):
        assert 0 <= one.start <= one.end <= len(plain)
        read = " ".join(plain[one.start : one.end].split())
        assert read in segment.text


def _segment(text: str) -> Segment:
    return Segment(start=0, end=len(text), text=text, role="sentence", block=0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Vi gir det til noen (f.eks. Postex, Varetaxi, Nordbud osv.).", ["Postex", "Varetaxi", "Nordbud"]),
        ("Our partners (printers, Blue Ink and Red Ink Press) get your address.", ["Blue Ink", "Red Ink Press"]),
        ("Our partners (one Printer, or some of them) get your address.", []),
        ("Vi deler dem med andre (Se nedenfor).", []),
    ],
)  # fmt: skip
def test_companies_that_stand_beside_each_other_in_brackets_are_all_named(text: str, named: list[str]) -> None:
    found = [name for name, start, end in names(text) if "(" in text[:start]]
    assert found == named
    assert all(text[start:end] == name for name, start, end in names(text))
