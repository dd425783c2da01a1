"""Which purposes are drafted, and what each needs: activities, not slogans, grounds or what is listed for everybody."""

import pytest
from tests.unit.notice.draft.invented import at, drafted, loaded, notes, questions
from tests.unit.notice.draft.test_draft_of_times import WHO, of

from holdord.notice.draft.activity import asks_to_keep, own_words
from holdord.notice.draft.questions import offer
from holdord.policy.terms import Language

INVOICES: dict[Language, str] = {
    "nb": "Formålet er å sende faktura.",
    "nn": "Føremålet er å sende faktura.",
    "da": "Formålet er at sende fakturaer.",
    "sv": "Syftet är att skicka fakturor.",
    "en": "The purpose is to send invoices.",
}
FILMS: dict[Language, str] = {
    "nb": "Vi filmer inngangen for å forebygge tyveri.",
    "nn": "Vi filmar inngangen for å førebyggje tjuveri.",
    "da": "Vi filmer indgangen for at forebygge tyveri.",
    "sv": "Vi filmar entrén för att förebygga stöld.",
    "en": "We film the entrance in order to prevent theft.",
}
GENERAL: list[tuple[Language, str]] = [
    (
        "nb",
        "Snekkeriet er opptatt av personvern og behandler alle opplysninger forsvarlig for at du skal føle deg trygg.",
    ),
    ("nb", "Vi setter personvernet høyt og bruker opplysningene riktig for å fortjene tilliten din."),
    ("nb", "En del av opplysningene behandles for å oppfylle rettslige forpliktelser, jf. GDPR artikkel 6 bokstav c."),
    ("nb", "Vi behandler personopplysninger for å ivareta våre berettigede interesser."),
    ("nn", "Vi vernar om opplysningane dine for at du skal vere trygg på oss."),
    ("nn", "Vi behandlar opplysningar for å oppfylle rettslege plikter."),
    ("da", "Vi tager dit privatliv alvorligt og arbejder for at beskytte dine personoplysninger bedst muligt."),
    ("da", "Nogle oplysninger behandles for at overholde retlige forpligtelser."),
    ("sv", "Vi värnar om din integritet och gör allt för att behandla dina uppgifter på ett säkert sätt."),
    ("sv", "Vissa uppgifter behandlas för att fullgöra rättsliga förpliktelser enligt gällande lag."),
    ("en", "We take your privacy seriously and work hard in order to protect all the personal data that we process."),
    ("en", "Some of the data are processed in order to comply with our legal obligations."),
]


@pytest.mark.parametrize(("language", "text"), GENERAL)
def test_a_slogan_or_a_general_word_on_grounds_is_no_purpose(language: Language, text: str) -> None:
    own = list(at(of(language, f"{INVOICES[language]} {text}"), "purposes"))
    assert own == list(at(of(language, INVOICES[language]), "purposes"))


@pytest.mark.parametrize(("language", "text"), GENERAL)
def test_what_is_general_names_no_activity(language: Language, text: str) -> None:
    assert own_words(text, language) < 2 <= own_words(FILMS[language], language)


@pytest.mark.parametrize("language", list(FILMS))
def test_an_activity_that_no_word_fits_is_a_purpose_in_every_language(language: Language) -> None:
    one = drafted(f"{WHO[language]} {INVOICES[language]} {FILMS[language]}", language=language).draft
    assert any("film" in name for name in at(one, "purposes"))


def test_a_list_of_grounds_makes_no_purposes() -> None:
    listed = "Grunnlaget for behandlingen er:\n\n- Samtykke\n- Rettslig plikt\n- Berettiget interesse\n"
    one = drafted(f"{WHO['nb']}\n\nFormålet er å sende faktura.\n\n{listed}", language="nb").draft
    assert list(at(one, "purposes")) == ["newly_registered", "payment", "bookkeeping"]


def test_what_cookies_are_for_is_said_of_cookies_alone() -> None:
    text = (
        "\n\n## Informasjonskapsler\n\nHensikten er å øke brukervennligheten for kunden og forbedre verktøyene våre.\n"
    )
    one = drafted(f"{WHO['nb']}\n\nFormålet er å sende faktura.{text}", language="nb").draft
    assert not {"customer_relation", "improvement"} & set(at(one, "purposes"))


def test_advertising_what_was_just_spoken_of_is_no_advertising_to_new_customers() -> None:
    text = "Vi holder kurs og tar bilder fra kurset. Formålet med dette er å drive reklame for kurset."
    assert "offers" not in at(of("nb", text), "purposes")


def test_addresses_that_stay_blocked_for_security_are_a_purpose() -> None:
    text = "IP-adresser som blir sperret på grunn av sikkerhetsbrudd, blir lagret for å hindre flere angrep."
    assert "abuse" in at(of("nb", f"Vi sender faktura. {text}"), "purposes")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Data that we must keep under the Public Administration Act are stored for up to 5 years."),
        ("nb", "Opplysninger som vi må bevare etter forvaltningsloven, lagres i 5 år."),
        ("da", "Oplysninger, som vi skal opbevare efter databeskyttelsesloven, opbevares i 5 år."),
    ],
)
def test_an_act_that_asks_nobody_to_keep_data_is_remarked_on_and_no_duty(language: Language, text: str) -> None:
    one = of(language, f"{INVOICES[language]} {text}")
    assert list(at(one, "purposes")) == list(at(of(language, INVOICES[language]), "purposes"))
    (remark,) = [note.text for note in notes(one, "purposes") if "asks a company to keep" in note.text]
    assert text in remark
    assert len(questions(one)) == len(questions(of(language, INVOICES[language])))


def test_an_act_that_may_ask_to_keep_data_is_a_purpose_with_one_question() -> None:
    one = of("nb", "Vi sender faktura. Opplysninger om kjøp lagres i 5 år etter hvitvaskingsloven.")
    (name,) = [name for name in at(one, "purposes") if "hvitvask" in name]
    assert at(one, "purposes", name, "keep") == {"from": "last_contact", "at_least": "5 years"}
    asked = {path: text for path, text in questions(one).items() if path[:2] == ("purposes", name)}
    assert [path[2:] for path in asked] == [("works_on",)]
    (question,) = asked.values()
    assert "“hvitvaskingsloven”" in question
    assert "take this purpose out" in question
    assert offer(question) == "relation"


def test_acts_of_retention_are_not_among_those_that_ask_for_none() -> None:
    for act in (
        "bokføringsloven",
        "hvitvaskingsloven",
        "arbeidsmiljøloven",
        "the Money Laundering Act",
        "penningtvättslagen",
    ):
        assert asks_to_keep(act)
    for act in ("personopplysningsloven", "the Marketing Practices Act", "förvaltningslagen", "GDPR"):
        assert not asks_to_keep(act)


LIST = (
    "\n\n## Opplysninger\n\nVi behandler disse opplysningene:\n\n- Navn og adresse\n- Kjønn\n- Fødselsnummer\n"
    "- Kontonummer\n- Kredittkort\n- Interesser\n"
)


def test_what_is_listed_for_everybody_is_needed_by_nobody_in_particular_and_remarked_on() -> None:
    text = "Formålet er å følge opp kundeforholdet, gi mulige kunder tilbud, ta betalt og lage interesseprofiler."
    one = drafted(f"{WHO['nb']}\n\n{text}{LIST}", language="nb")
    loaded(one)
    needs = {name: set(purpose["needs"]) for name, purpose in at(one.draft, "purposes").items()}
    for name in ("newly_registered", "customer_relation", "offers"):
        assert not any(word in need for need in needs[name] for word in ("identity", "financial", "demographic")), name
    assert "person.financial.card" in needs["payment"]
    assert "person.job.interests" in needs["interest_profile"]
    (remark,) = [note.text for note in notes(one.draft, "purposes") if "5(1)(c)" in note.text]
    for category in ("demographic.gender", "identity.national_number", "financial.account"):
        assert category in remark
    assert "financial.card" not in remark


def test_a_national_number_is_needed_for_employees_alone_even_beside_another_purpose() -> None:
    text = "Formålet er å følge opp kundeforholdet og arbeidsforholdet. Vi behandler fødselsnummer om våre kunder."
    one = of("nb", text)
    having = [name for name, made in at(one, "purposes").items() if "person.identity.national_number" in made["needs"]]
    assert having == ["employment"]
    assert any("here for employment alone" in note.text for note in notes(one, "purposes"))


@pytest.mark.parametrize(
    "text",
    ["IP-adresser logges av webserveren.", "IP adresser logges av webserveren og adressen til nettstedet du kom fra."],
)
def test_an_ip_address_is_nobodys_postal_address(text: str) -> None:
    one = of("nb", f"Vi sender faktura. Vi samler inn opplysninger om bruk. {text}")
    assert at(one, "purposes", "web_log", "needs") == ["web_log.*"]


def test_who_is_in_a_picture_need_not_take_part_in_an_event() -> None:
    one = of("nb", "Vi sender faktura. Vi tar bilder fra besøk i lokalene våre.")
    assert at(one, "purposes", "photographs", "groups") == ["pictured"]


def test_grounds_below_their_own_heading_are_those_of_the_purposes_there_and_consent_comes_last() -> None:
    text = (
        "## Grunnlag for behandlingen\n\nVårt grunnlag er samtykke og avtale, GDPR artikkel 6 nr. 1 bokstav a og b.\n"
        "Det er nødvendig for oss å bruke opplysningene:\n\n- For å følge opp kunder og leverandører\n"
        "- For å sende faktura\n"
    )
    one = drafted(f"{WHO['nb']}\n\n{text}", language="nb").draft
    for name in ("suppliers", "payment"):
        assert at(one, "purposes", name, "basis") == "contract"
        assert "also names consent" in notes(one, "purposes", name, "basis")[0].text
