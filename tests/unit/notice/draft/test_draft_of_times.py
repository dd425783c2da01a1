"""Times of a notice: what is filled in, and what is asked about because a wrong guess would erase."""

import pytest
from tests.unit.notice.draft.invented import at, bound, drafted, loaded, notes, questions, unwrapped

from holdord.notice.draft.draft import Draft
from holdord.notice.draft.questions import offer
from holdord.notice.draft.yaml import yaml
from holdord.policy.terms import Language

LAST = [
    "relation.relation_started",
    "correspondence.sent",
    "note.taken",
    "order.ordered",
    "invoice.voucher_date",
    "agreement.signed",
]
WHO: dict[Language, str] = {
    "nb": "Kahl AS er behandlingsansvarlig.",
    "nn": "Kahl AS er behandlingsansvarleg.",
    "da": "Kahl ApS er dataansvarlig.",
    "sv": "Kahl AB är personuppgiftsansvarig.",
    "en": "Kahl AS is the controller.",
}


def of(language: Language, text: str) -> Draft:
    """Return the draft of a notice of a company with some sentences, which loads once its questions are answered."""
    one = drafted(f"{WHO[language]} {text}", language=language)
    bound(loaded(one))
    return one.draft


def test_how_long_newly_registered_people_stay_is_asked() -> None:
    for text in ("Vi sender faktura.", "Vi sender faktura. Vi lagrer personopplysninger i 5 år."):
        one = of("nb", text)
        assert at(one, "purposes", "newly_registered", "keep")["at_most"] == "?"
        assert offer(questions(one)["purposes", "newly_registered", "keep", "at_most"]) == "14 days"


def test_the_last_contact_is_the_latest_of_all_that_a_customer_does() -> None:
    one = of("nb", "Vi lagrer kundeopplysninger i 5 år etter siste kontakt.")
    assert at(one, "purposes", "customer_relation", "keep") == {"from": "last_contact", "at_most": "5 years"}
    assert at(one, "clocks", "last_contact", "latest_of") == LAST
    assert not {"delivery", "events"} & set(at(one, "purposes"))


def test_the_clock_of_customers_is_their_relations_end_or_a_question() -> None:
    said = of("nb", "Vi lagrer kundeopplysninger i 5 år etter at kundeforholdet er avsluttet.")
    assert at(said, "purposes", "customer_relation", "keep")["from"] == "relation_ended"
    for text in (
        "Formålet er å følge opp kundeforholdet.",
        "Vi lagrer kundeopplysninger i 5 år.",
        "Vi lagrer kundeopplysninger i 5 år etter registrering.",
        "Vi lagrer kundeopplysninger i 5 år etter bestillingen.",
    ):
        asked = of("nb", text)
        assert at(asked, "purposes", "customer_relation", "keep")["from"] == "?"
        assert offer(questions(asked)["purposes", "customer_relation", "keep", "from"]) == "relation_ended"


@pytest.mark.parametrize(
    ("language", "text", "purpose", "offered"),
    [
        (
            "en",
            "We keep customer data for 10 years after the relationship ended, because of warranty claims.",
            "customer_relation",
            "10 years",
        ),
        ("en", "We keep e-mails for 1 hour.", "enquiries", "1 day"),
        (
            "da",
            "Vi gemmer kundeoplysninger i 5 år efter kundeforholdets ophør, jf. bogføringsloven.",
            "customer_relation",
            "5 years",
        ),
        ("sv", "Ansökningar sparas i minst 2 år.", "recruitment", "2 years"),
        ("sv", "Ansökningar sparas i minst 3 månader.", "recruitment", "24 months"),
        ("nb", "Søknader slettes etter 3 måneder.", "recruitment", "3 months"),
        ("nb", "Vi lagrer kundeopplysninger i minst 3 år etter siste kontakt.", "customer_relation", "3 years"),
        ("nb", "Kunder og leverandører slettes 2 år etter siste kontakt.", "suppliers", "2 years"),
    ],
)
def test_a_time_that_is_not_surely_a_purposes_own_is_asked_about_with_its_sentence(
    language: Language, text: str, purpose: str, offered: str
) -> None:
    one = of(language, text)
    assert at(one, "purposes", purpose, "keep")["at_most"] == "?"
    question = questions(one)["purposes", purpose, "keep", "at_most"]
    assert text in question
    assert "gives no time" not in question
    assert offer(question) == offered


@pytest.mark.parametrize("trigger", ["etter siste henvendelse", "etter at henvendelsen er besvart"])
def test_the_last_message_and_the_answer_are_not_the_day_of_each_message(trigger: str) -> None:
    one = of("nb", f"Henvendelser slettes 6 måneder {trigger}.")
    assert at(one, "purposes", "enquiries", "keep")["from"] == "?"
    assert offer(questions(one)["purposes", "enquiries", "keep", "from"]) == "correspondence.sent"
    sent = of("nb", "Henvendelser slettes 6 måneder etter at henvendelsen er mottatt.")
    keep = at(sent, "purposes", "enquiries", "keep")
    assert (keep["from"], keep["at_most"]) == ("correspondence.sent", "6 months")


def test_papers_that_outlast_the_relation_say_nothing_of_the_relations_own_time() -> None:
    text = "Skriftlige avtaler lagres i 4 år etter kundeforholdets opphør."
    one = of("nb", f"Formålet er å følge opp kundeforholdet. {text}")
    assert text not in questions(one)["purposes", "customer_relation", "keep", "at_most"]


def test_a_sentence_that_tells_of_a_purpose_and_a_time_is_quoted_by_its_question() -> None:
    text = "We keep customer data for 10 years after the relationship ended, because of warranty claims."
    assert text in questions(of("en", text))["purposes", "purchases", "keep", "at_most"]


def test_a_time_of_all_data_is_quoted_by_every_question_and_filled_in_nowhere() -> None:
    text = "Vi sletter personopplysninger senest 12 måneder etter siste kontakt."
    one = of("nb", f"{text} Formålet er å følge opp kundeforholdet. Formålet er å vurdere jobbsøknader.")
    for name in ("customer_relation", "recruitment"):
        assert at(one, "purposes", name, "keep")["at_most"] == "?"
        assert text in questions(one)["purposes", name, "keep", "at_most"]


def test_a_time_that_no_purpose_takes_is_listed_at_the_top_and_nothing_seems_to_keep_it() -> None:
    text = "Kredittvurderinger slettes etter 3 måneder."
    one = of("nb", f"Vi sender faktura. {text}")
    assert at(one, "purposes", "payment", "keep")["at_most"] == "0 days"
    assert f"Not used: line 1: “{text}”" in unwrapped(yaml(one))[0]
    (promise,) = [promise for promise in at(one, "promises").values() if promise["says"] == text]
    assert set(promise["parts"]["storage"]) == {"unwired"}


def test_every_time_of_storage_stands_somewhere() -> None:
    text = "Loggen slettes etter 90 dager. Vi lagrer fotografier i 4 år. Kredittvurderinger slettes etter 3 måneder."
    shown = " ".join(unwrapped(yaml(of("nb", f"Vi sender faktura. {text}"))))
    assert all(sentence in shown for sentence in text.split(". ")[:2])


def test_the_day_that_the_financial_year_ends_is_asked_where_a_limit_counts_from_it() -> None:
    one = of("nb", "Vi sender faktura.")
    assert offer(questions(one)["controller", "financial_year_ends"]) == "12-31"
    assert "financial_year_ends" not in at(of("nb", "Formålet er å vurdere jobbsøknader."), "controller")


@pytest.mark.parametrize(
    "text",
    [
        "Personuppgiftsansvarig är Kahl. Vi skickar fakturor och nyhetsbrev. Formålet är att fakturera.",
        "Kahl Ab, FO-nummer 1234567-8, är ansvarig. Syftet är att fakturera. Skriv till info@kahl.example.fi.",
        "Kahl AB, FO-nummer 1234567-8, är personuppgiftsansvarig. Vi skickar fakturor.",
    ],
)
def test_the_language_does_not_tell_the_country_and_what_is_law_there_is_asked(text: str) -> None:
    one = drafted(text, language="sv")
    asked = questions(one.draft)
    assert ("controller", "country") in asked
    assert ("purposes", "bookkeeping", "law") in asked
    assert ("purposes", "bookkeeping", "keep", "at_least") in asked
    if "newsletter" in at(one.draft, "purposes"):
        assert ("purposes", "newsletter", "law") in asked
    bound(loaded(one))


def test_swedish_accounts_count_from_the_calendar_year() -> None:
    duty = at(of("sv", "Vi skickar fakturor."), "purposes", "bookkeeping")
    assert duty["keep"]["counted_from"] == "calendar_year_of_financial_year_end"
    assert duty["law"] == "bokföringslagen 7 kap. 2 §"


def test_an_agreement_counts_from_its_own_end() -> None:
    keep = at(of("nb", "Vi behandler opplysninger for å oppfylle avtalen med deg."), "purposes", "agreements", "keep")
    assert keep["from"] == "agreement.voucher_date"


def test_accounts_stay_open_only_for_papers_that_are_there() -> None:
    bills = at(of("nb", "Vi sender faktura."), "purposes", "bookkeeping", "keep")
    assert "open_ended" not in bills
    letters = at(of("nb", "Formålet er å sende faktura og svare på henvendelser."), "purposes", "bookkeeping", "keep")
    assert letters["open_ended"] == "til noen har notert hvilken dag brevet gjelder"
    papers = at(of("nb", "Vi sender faktura. Formålet er å oppfylle avtalen."), "purposes", "bookkeeping", "keep")
    assert papers["open_ended"] == "til avtalen er slutt"


def test_a_longer_time_for_accounts_is_asked_about() -> None:
    text = "Regnskapsmateriale lagrer vi i minst 10 år."
    one = of("nb", f"Vi sender faktura. {text}")
    question = questions(one)["purposes", "bookkeeping", "keep", "at_least"]
    assert text in question
    assert offer(question) == "10 years"
    assert all(note.kind != "guess" for note in notes(one, "purposes", "bookkeeping", "keep"))


def test_what_the_law_of_accounts_asks_to_keep_is_not_what_an_unpaid_invoice_needs() -> None:
    one = of("nb", "Formålet er å ta imot betaling. Regnskapsmateriale lagrer vi i 5 år etter bokføringsloven.")
    assert at(one, "purposes", "payment", "keep")["at_most"] == "0 days"
    assert ("purposes", "payment", "keep", "at_most") not in questions(one)
    assert at(one, "purposes", "bookkeeping", "keep")["at_least"] == "5 years"


def test_unsubscribing_in_front_of_the_time_ends_the_newsletter_and_nothing_else() -> None:
    text = "The purpose is to send newsletters and to assess job applicants."
    one = of("en", f"{text} If you unsubscribe from the newsletter, we delete you within 7 days.")
    keep = at(one, "purposes", "newsletter", "keep")
    assert (keep["from"], keep["at_most"], keep["within"]) == ("consent_withdrawn", "0 days", "7 days")
    assert "7 days" not in questions(one)["purposes", "recruitment", "keep", "at_most"]


def test_in_order_to_is_no_order() -> None:
    assert "delivery" not in at(of("en", "We process data in order to send invoices."), "purposes")
