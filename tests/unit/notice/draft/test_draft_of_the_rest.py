"""Recipients, cookies, what there is none of, a notice's own purposes; and that a notice can be written in the end."""

import pytest
from tests.unit.notice.draft.invented import DA, EN, NB, at, bound, drafted, loaded, notes, questions
from tests.unit.notice.draft.test_draft_of_times import WHO, of

from holdord.notice.draft.questions import offer
from holdord.notice.write.policy import facts_of
from holdord.policy.terms import Language
from holdord.stores.register.map import data_map


@pytest.mark.parametrize("language", ["nb", "da", "en"])
def test_a_notice_can_be_written_once_every_question_is_answered(language: Language) -> None:
    one = drafted({"nb": NB, "da": DA, "en": EN}[language])
    facts = facts_of(loaded(one), data_map(), language)
    assert len(facts.purposes) == len(at(one.draft, "purposes"))


def test_how_the_company_is_reached_is_asked_where_no_notice_says_it() -> None:
    assert ("controller", "contact", "email") in questions(of("nb", "Vi sender faktura."))
    assert at(drafted(NB).draft, "controller", "contact", "email") == "post@fjordlys.example.no"


def test_a_version_that_is_not_said_is_asked() -> None:
    assert offer(questions(of("nb", "Vi sender faktura."))["version",]) == "2026-03-02"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Vi bruker Mailchimp (USA) til nyhetsbrev.", "US"),
        ("Vi bruker HubSpot i USA som databehandler.", "US"),
        ("Vi bruker HubSpot, Inc. i USA og Visma AS som databehandlere.", ""),
        ("Vi bruker Visma AS i USA som databehandler.", ""),
        ("Vi bruker HubSpot som databehandler, og noen av dataene lagres på servere i USA.", ""),
    ],
)
def test_a_recipients_country_stands_right_beside_its_name(text: str, country: str) -> None:
    recipients = at(of("nb", f"Vi sender faktura. {text}"), "recipients")
    found = {one.get("country", "") for one in recipients.values()}
    assert found == {country} if not country else country in found


def test_what_is_no_name_is_no_recipient() -> None:
    text = "Opplysningene overføres til Google i USA. Googles servere står i USA. EUs standardvilkår brukes da."
    recipients = at(of("nb", f"Vi sender faktura. {text}"), "recipients")
    assert [one["says"] for one in recipients.values()] == [{"any": "Google"}]


def test_what_a_guessed_recipient_is_is_asked() -> None:
    one = of("nb", "Vi sender faktura. Vi deler opplysninger med transportører, som Bring, og med myndigheter.")
    assert at(one, "recipients", "carriers", "role") == "?"
    assert offer(questions(one)["recipients", "carriers", "role"]) == "controller"
    assert at(one, "recipients", "authorities", "role") == "authority"


def test_cookies_are_known_by_their_names_and_last_as_long_as_stands_beside_them() -> None:
    one = of("nb", "Vi sender faktura. Vi bruker informasjonskapslene _ga (2 år), _fbp (3 måneder) og PHPSESSID.")
    made = at(one, "cookies")
    assert {name: cookie["lasts"] for name, cookie in made.items()} == {
        "_ga": "2 years",
        "_fbp": "3 months",
        "PHPSESSID": "?",
    }
    assert made["_ga"]["set_by"] == {"any": "Google"}
    assert (
        at(of("nb", "Vi sender faktura. Informasjonskapselen _ga lagres i 2 år."), "cookies", "_ga", "lasts")
        == "2 years"
    )


def test_cookies_without_a_name_leave_a_question() -> None:
    text = "Vi bruker informasjonskapsler på nettstedet."
    assert text in questions(of("nb", f"Vi sender faktura. {text}"))["cookies",]


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [
        ("cookies", "nb", "Vi bruker ikke informasjonskapsler."),
        ("cookies", "en", "We do not use any cookies."),
        ("recipients", "nb", "Vi deler ikke opplysninger med andre."),
        ("sensitive", "nb", "Vi behandler ikke særlige kategorier av personopplysninger."),
        ("decisions", "en", "We do not make automated decisions about you."),
        ("decisions", "da", "Vi træffer ikke automatiske afgørelser."),
        ("requirements", "nb", "Du er ikke pliktig til å gi oss opplysninger."),
    ],
)
def test_there_is_none_only_where_a_sentence_says_so(key: str, language: Language, text: str) -> None:
    purpose = {"nb": "Vi sender faktura.", "da": "Vi sender fakturaer.", "en": "The purpose is to send invoices."}[
        language
    ]
    said = of(language, f"{purpose} {text}")
    assert at(said, key) == "none"
    assert any(text in note.text for note in notes(said, key))
    silent = of(language, purpose)
    assert at(silent, key) == "?"
    assert offer(questions(silent)[key,]) == "none"


def test_what_is_not_done_without_leave_or_for_one_thing_is_not_none() -> None:
    shared = of("nb", "Vi sender faktura. Vi deler ikke opplysninger med andre uten at du samtykker.")
    assert at(shared, "recipients") == "?"
    used = of("nb", "Vi sender faktura. Vi bruker ikke informasjonskapsler til reklame.")
    assert at(used, "cookies") == "?"


def test_a_purpose_that_no_word_fits_is_one_of_its_own_and_not_its_neighbours() -> None:
    text = "Formålet er å sende faktura. Vi filmer inngangen for å forebygge tyveri."
    one = of("nb", text)
    (own,) = [name for name in at(one, "purposes") if "film" in name]
    asked = questions(one)
    for field in (("works_on",), ("keep", "from"), ("keep", "at_most")):
        assert ("purposes", own, *field) in asked
    assert not any("filmer" in note.text for note in notes(one, "purposes", "payment"))


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "en"])
def test_a_draft_speaks_to_the_person_and_names_law_without_a_country_code(language: Language) -> None:
    text = {"nb": "Vi sender faktura.", "nn": "Vi sender faktura.", "da": "Vi sender fakturaer.",
            "sv": "Vi skickar fakturor.", "en": "The purpose is to send invoices."}[language]  # fmt: skip
    one = drafted(f"{WHO[language]} {text}", language=language)
    bound(loaded(one))
    law = str(at(one.draft, "purposes", "bookkeeping", "law"))
    assert law[:3] not in ("NO ", "DK ", "SE ")
    assert "(" not in law
    assert at(one.draft, "sources", "person").split()[0] in ("deg", "dig", "you")


def test_praise_is_no_measure_and_measures_are_found_by_their_words() -> None:
    praise = "Vi er meget opmærksomme på at behandle alle personoplysninger på en sikker måde."
    measures = "Vi har truffet tekniske og organisatoriske foranstaltninger."
    made = at(of("da", f"Vi sender fakturaer. {praise} {measures}"), "security")
    assert made == [measures]
    assert "security" not in of("da", f"Vi sender fakturaer. {praise}").policy


def test_praise_that_looks_like_a_purpose_is_a_promise_that_people_keep() -> None:
    praise = "Vi setter personvernet høyt og bruker opplysningene riktig for å fortjene tilliten din."
    (promise,) = [
        one for one in at(of("nb", f"Vi sender faktura. {praise}"), "promises").values() if one["says"] == praise
    ]
    assert promise["kept_by"] == "person"


@pytest.mark.parametrize(
    ("language", "first", "telling"),
    [
        ("nb", "Erklæringen er gjenstand for endringer.", "Ved endringer i erklæringen informerer vi deg på e-post."),
        ("en", "This privacy notice may change.", "We will notify you of changes to this privacy notice by e-mail."),
    ],
)
def test_how_people_are_told_of_changes_is_the_sentence_that_says_it(
    language: Language, first: str, telling: str
) -> None:
    purpose = {"nb": "Vi sender faktura.", "en": "The purpose is to send invoices."}[language]
    assert at(of(language, f"{purpose} {first} {telling}"), "changes") == telling
    assert at(of(language, f"{purpose} {first}"), "changes") == first


def test_a_recipient_goes_with_what_it_usually_serves_or_its_sentence_tells() -> None:
    text = "Formålet er å levere varer og sende faktura. Vi deler opplysninger med transportører og vår regnskapsfører."
    made = at(of("nb", text), "purposes")
    assert made["delivery"]["recipients"] == ["carriers"]
    assert made["bookkeeping"]["recipients"] == ["accountant"]
    assert "recipients" not in made["payment"]
    told = "For å levere varer utleveres opplysninger til våre samarbeidspartnere."
    made = at(of("nb", f"Formålet er å levere varer. {told}"), "purposes")
    assert made["delivery"]["recipients"] == ["partners"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Vi sender faktura. Kontakter du oss på LinkedIn, mottar vi det som profilen din der viser."),
        ("da", "Vi sender fakturaer. Dine indstillinger på LinkedIn afgør, hvad vi modtager."),
        ("en", "The purpose is to send invoices. Your settings on LinkedIn decide which data about you we receive."),
    ],
)
def test_who_data_come_from_is_no_recipient(language: Language, text: str) -> None:
    assert at(of(language, text), "recipients") == "?"


def test_who_data_are_shared_with_and_come_from_is_a_recipient() -> None:
    one = of("nb", "Vi sender faktura. Vi deler opplysninger med Microsoft, og mottar noen derfra.")
    assert "microsoft" in at(one, "recipients")


def test_partners_that_only_sentences_on_processing_name_are_offered_as_processors() -> None:
    text = "Vi sender faktura. Vi inngår databehandleravtaler med samarbeidspartnere som får opplysninger."
    one = of("nb", text)
    assert offer(questions(one)["recipients", "partners", "role"]) == "processor"


def test_open_sources_go_with_customers_beside_the_person() -> None:
    text = "Formålet er å følge opp kundeforholdet. Vi innhenter også opplysninger fra åpne kilder som proff.no."
    one = of("nb", text)
    assert at(one, "sources", "register")["public"] is True
    assert at(one, "purposes", "customer_relation", "sources") == ["person", "register"]
    assert at(one, "purposes", "newly_registered", "sources") == ["person"]


def test_what_a_company_does_not_do_is_none_in_the_third_person_too() -> None:
    text = "The purpose is to send invoices. As a controller, Kahl does not process sensitive personal data about you."
    assert at(of("en", text), "sensitive") == "none"


def test_what_a_profile_is_made_of_comes_from_the_browser() -> None:
    one = of("nb", "Formålet er å lage interesseprofiler og sende faktura.")
    assert at(one, "purposes", "interest_profile", "sources") == ["device"]
    assert at(one, "purposes", "payment", "sources") == ["person"]
