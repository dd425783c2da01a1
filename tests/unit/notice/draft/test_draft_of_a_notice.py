"""A first policy from a company's own notice: what is told, what is guessed, what is asked."""

import dataclasses
import re

import pytest
from tests.unit.notice.draft.invented import DA, EN, NB, at, bound, drafted, loaded, notes, questions

from holdord.errors import NoticeError, PolicyError
from holdord.notice.draft.questions import offer
from holdord.notice.draft.reading import LONGEST, draft
from holdord.notice.draft.yaml import yaml
from holdord.policy.duration import Duration
from holdord.policy.load import load
from holdord.policy.terms import Language
from holdord.stores.register.map import data_map


def only(kind: str, *path: str | int, of: str = NB) -> bool:
    return {note.kind for note in notes(drafted(of).draft, *path)} == {kind}


def test_every_item_of_the_list_of_purposes_is_a_purpose() -> None:
    named = list(at(drafted(NB).draft, "purposes"))
    assert named == [
        "newly_registered",
        "customer_relation",
        "delivery",
        "payment",
        "newsletter",
        "recruitment",
        "laane_ut_verktoeykasser_til_naboer",
        "bookkeeping",
        "bookkeeping_orders",
    ]


def test_what_no_sentence_tells_is_a_guess_that_says_so() -> None:
    one = drafted(NB).draft
    for name in ("newly_registered", "bookkeeping_orders"):
        assert any(note.kind == "guess" and "not in the notice" in note.text for note in notes(one, "purposes", name))
    assert only("said", "purposes", "delivery")


def test_every_purpose_shows_its_sentence_or_why_it_is_there_and_where_its_basis_comes_from() -> None:
    for text in (NB, DA, EN):
        one = drafted(text).draft
        for name in at(one, "purposes"):
            for path in ((), ("basis",), ("works_on",)):
                assert notes(one, "purposes", name, *path), (name, path)


def test_a_quoted_sentence_stands_at_the_line_that_its_comment_names() -> None:
    for text in (NB, DA):
        lines = text.splitlines()
        said = [note.text for found in drafted(text).draft.notes.values() for note in found if note.kind == "said"]
        shown = [match for sentence in said if (match := re.match(r"line (\d+): “(.{1,20})", sentence))]
        assert len(shown) > 15
        for match in shown:
            assert match[2].removesuffix("”") in lines[int(match[1]) - 1]


def test_the_controller_is_what_the_notice_says_it_is() -> None:
    who = at(drafted(NB).draft, "controller")
    assert (who["name"], who["country"], who["register_number"]) == ("Fjordlys Verksted AS", "NO", "987654325")
    assert at(drafted(NB).draft, "version").isoformat() == "2025-03-03"
    assert at(drafted(NB).draft, "requests") == {"to": "post@fjordlys.example.no", "within": "14 days"}


def test_a_time_goes_to_its_purpose_and_counts_from_its_moment() -> None:
    keep = at(drafted(NB).draft, "purposes", "customer_relation", "keep")
    assert (keep["from"], keep["at_most"]) == ("relation_ended", "18 months")
    assert only("said", "purposes", "customer_relation", "keep")


def test_unsubscribing_ends_the_newsletter_within_the_promised_days() -> None:
    keep = at(drafted(NB).draft, "purposes", "newsletter", "keep")
    assert (keep["from"], keep["at_most"], keep["within"]) == ("consent_withdrawn", "0 days", "7 days")


def test_accounts_are_a_duty_in_a_purpose_of_its_own() -> None:
    duty = at(drafted(NB).draft, "purposes", "bookkeeping")
    assert (duty["basis"], duty["law"]) == ("legal_obligation", "bokføringsloven § 13")
    assert (duty["keep"]["at_least"], duty["keep"]["counted_from"]) == ("5 years", "financial_year_end")


@pytest.mark.parametrize(
    ("language", "text", "act", "years"),
    [
        ("da", "Kahl ApS er dataansvarlig. Vi behandler oplysninger for at fakturere kunder.", "bogføringsloven", "5"),
        ("sv", "Kahl AB är personuppgiftsansvarig. Vi behandlar uppgifter för att fakturera.", "bokföringslagen", "7"),
        ("nb", "Kahl AS er behandlingsansvarlig. Formålet er å fakturere kundene.", "bokføringsloven", "5"),
    ],
)
def test_each_country_has_its_own_law_of_accounts(language: Language, text: str, act: str, years: str) -> None:
    duty = at(drafted(text, language=language).draft, "purposes", "bookkeeping")
    assert act in duty["law"]
    assert duty["keep"]["at_least"] == f"{years} years"


def test_a_longer_time_than_the_laws_is_asked_about_and_a_shorter_one_gives_way() -> None:
    one = drafted(NB.replace("i 5 år etter bokføringsloven", "i 10 år etter bokføringsloven")).draft
    question = questions(one)["purposes", "bookkeeping", "keep", "at_least"]
    assert "i 10 år etter bokføringsloven" in question
    assert offer(question) == "10 years"
    one = drafted(NB.replace("i 5 år etter bokføringsloven", "i 3 år etter bokføringsloven")).draft
    assert at(one, "purposes", "bookkeeping", "keep")["at_least"] == "5 years"
    assert any("3 years, the law 5 years" in note.text for note in notes(one, "purposes", "bookkeeping", "keep"))


def test_a_time_that_nobody_gives_is_a_question_with_the_usual_answer() -> None:
    question = questions(drafted(NB).draft)["purposes", "delivery", "keep", "at_most"]
    assert offer(question) == "3 months"
    assert question.endswith("Usual in Norway: 3 months.")


def test_a_question_shows_what_the_notice_says_instead_of_a_time() -> None:
    question = questions(drafted(NB).draft)["purposes", "recruitment", "keep", "at_most"]
    assert "says no more than line 27 does" in question


def test_two_times_for_one_purpose_stay_a_question_with_both_and_only_of_the_same_data_the_shorter_is_offered() -> None:
    question = questions(drafted(DA).draft)["purposes", "enquiries", "keep", "at_most"]
    assert "6 months or 2 years" in question
    assert "Chatbeskeder og andre henvendelser opbevarer vi i 2 år." in question
    assert offer(question) == "2 years"
    same = drafted(DA.replace("Chatbeskeder og andre henvendelser", "Henvendelser")).draft
    question = questions(same)["purposes", "enquiries", "keep", "at_most"]
    assert "The shorter keeps both promises." in question
    assert offer(question) == "6 months"


def test_agreements_that_outlast_the_relation_are_kept_for_claims_of_customers() -> None:
    claims = at(drafted(DA).draft, "purposes", "legal_claims")
    assert (claims["keep"]["from"], claims["keep"]["at_most"]) == ("relation_ended", "4 years")
    assert all(next(iter(works.values())) == {"relation.kind": "customer"} for works in claims["works_on"])


def test_consent_of_an_applicant_has_its_clock() -> None:
    purpose = at(drafted(DA).draft, "purposes", "recruitment")
    assert purpose["basis"] == "consent"
    assert [limit["from"] for limit in purpose["keep"]] == ["consent_withdrawn", "decided"]
    assert only("said", "purposes", "recruitment", "basis", of=DA)


def test_what_the_notice_denies_is_not_drafted() -> None:
    assert "interest_profile" not in at(drafted(DA).draft, "purposes")


def test_what_no_word_fits_is_a_purpose_of_its_own_whose_records_are_asked_for() -> None:
    name = "laane_ut_verktoeykasser_til_naboer"
    one = drafted(NB).draft
    assert at(one, "purposes", name, "for") == "Låne ut verktøykasser til naboer"
    assert offer(questions(one)["purposes", name, "works_on"]) == "relation"
    assert ("purposes", name, "keep", "at_most") in questions(one)


def test_recipients_are_named_and_a_processor_is_one_where_the_notice_says_so() -> None:
    recipients = at(drafted(NB).draft, "recipients")
    assert recipients["hubspot"] == {"says": {"any": "HubSpot"}, "role": "processor"}
    assert recipients["authorities"]["role"] == "authority"


def test_a_transfer_without_a_safeguard_is_asked_about() -> None:
    text = NB.replace("Vi bruker HubSpot som databehandler.", "Vi bruker HubSpot i USA som databehandler.")
    one = drafted(text).draft
    assert at(one, "recipients", "hubspot", "country") == "US"
    assert offer(questions(one)["recipients", "hubspot", "safeguard"]) == "standard_clauses"


def test_what_is_done_for_a_customer_as_its_processor_is_no_purpose() -> None:
    done = "Vi behandler mailadresser for at udsende nyhedsbreve. Her er vi databehandler."
    more = f"Nyhedsbreve for vores kunder\n\n{done}\n\n"
    text = DA.replace("Når du søger job", f"{more}Når du søger job")
    assert "newsletter" not in at(drafted(text).draft, "purposes")
    assert "newsletter" in at(drafted(text.replace(" Her er vi databehandler.", "")).draft, "purposes")


def test_the_promise_of_a_time_is_kept_by_the_purpose_that_has_it() -> None:
    policy = loaded(drafted(DA))
    (promise,) = [one for one in policy.promises.values() if one.says.startswith("Skriftlige aftaler")]
    assert [part.purposes for part in promise.parts] == [("legal_claims",)]


def test_the_companys_own_name_tells_of_no_purpose() -> None:
    text = (
        "Kurs og Konferanse AS er behandlingsansvarlig. Kurs og Konferanse AS bruker opplysninger for å sende faktura."
    )
    named = at(drafted(text, language="nb").draft, "purposes")
    assert "events" not in named
    assert "payment" in named


def test_a_company_without_a_name_or_a_country_is_asked_for_both() -> None:
    text = "The purpose of the processing is to answer enquiries. You have the right of access to your data."
    asked = questions(drafted(text, language="en").draft)
    assert {("controller", "name"), ("controller", "country")} <= set(asked)
    assert "Usual: 12 months." in asked["purposes", "enquiries", "keep", "at_most"]  # of which country is not known


@pytest.mark.parametrize("texts", [(NB,), (DA,), (EN,), (NB, EN), (EN, NB)])
def test_a_draft_loads_quotes_and_binds_once_every_question_has_its_usual_answer(texts: tuple[str, ...]) -> None:
    one = drafted(*texts)
    with pytest.raises(PolicyError) as error:
        load(yaml(one.draft))
    assert [problem.what for problem in error.value.problems] == ["This question is not answered yet."] * len(
        questions(one.draft)
    )
    policy = loaded(one)
    assert {work.purpose.id for work in bound(policy).works} == set(policy.purposes)
    assert all(policy.promises_of(purpose) for purpose in policy.purposes)


def test_questions_are_few_and_each_is_at_a_question_mark() -> None:
    for text in (NB, DA, EN):
        one = drafted(text).draft
        assert 1 <= len(questions(one)) == one.questions <= 15


def test_promises_quote_the_notice_word_by_word_and_nothing_is_kept_by_itself() -> None:
    policy = loaded(drafted(NB))
    quoted = {quote.text for promise in policy.promises.values() for quote in promise.notice}
    for sentence in (
        "Opplysninger om kunder sletter vi 18 måneder etter at kundeforholdet er avsluttet.",
        "Du kan klage til Datatilsynet.",
        "Vi bruker HubSpot som databehandler.",
        "Låne ut verktøykasser til naboer",
    ):
        assert sentence in quoted
    assert all(part.purposes or part.unwired for promise in policy.promises.values() for part in promise.parts)
    assert next(iter(policy.promises)) == "FV-01"


def test_a_list_with_its_lead_in_is_one_promise() -> None:
    policy = loaded(drafted(NB))
    (promise,) = [one for one in policy.promises.values() if any("Vurdere jobbsøknader" in q.text for q in one.notice)]
    assert "Vi bruker personopplysninger til følgende formål:" in [quote.text for quote in promise.notice]
    assert set(promise.parts[0].purposes) >= {"customer_relation", "delivery", "recruitment"}


def test_a_long_list_is_quoted_to_its_last_item() -> None:
    text = NB.replace(
        "- Vurdere jobbsøknader\n",
        "".join(f"- Sende faktura nummer {n}\n" for n in range(12)) + "- Vurdere jobbsøknader\n",
    )
    assert text != NB
    (promise,) = [
        one for one in loaded(drafted(text)).promises.values() if any("jobbsøknader" in q.text for q in one.notice)
    ]
    assert {f"Sende faktura nummer {n}" for n in range(12)} <= {quote.text for quote in promise.notice}


def test_general_words_about_storage_are_kept_by_every_purpose() -> None:
    policy = loaded(drafted(NB))
    (promise,) = [one for one in policy.promises.values() if "så lenge det er nødvendig" in one.says]
    assert set(promise.parts[0].purposes) == set(policy.purposes)


def test_security_and_agreements_wait_for_a_person_and_requests_for_the_software() -> None:
    kept = {promise.says[:20]: promise.kept_by for promise in loaded(drafted(NB)).promises.values()}
    assert kept["Vi beskytter opplysn"] == "person"
    assert kept["Du har rett til inns"] == "software"
    assert kept["Du kan klage til Dat"] == "notice"


def test_a_second_notice_gives_its_words_where_the_counterpart_is_sure() -> None:
    policy = loaded(drafted(NB, EN))
    assert policy.notices == {"nb": "notice.nb.md", "en": "notice.en.md"}
    label = policy.purposes["delivery"].label
    assert set(label.by) == {"nb", "en"}
    promise = next(one for one in policy.promises.values() if "18 måneder" in one.says)
    assert {quote.language for quote in promise.notice} == {"nb", "en"}


def test_another_companys_notice_is_not_used() -> None:
    one = drafted(NB, DA)
    assert one.unpaired == ("da",)
    assert list(one.draft.policy["notices"]) == ["nb"]


def test_a_notice_with_marked_headings_is_quoted_as_it_is_and_any_other_is_marked() -> None:
    assert drafted(NB).places["nb"].as_it_is
    assert drafted(NB).places["nb"].markdown == NB
    marked = drafted(DA).places["da"]
    assert not marked.as_it_is
    assert "# Når du er kunde" in marked.markdown.splitlines()
    assert re.sub(r"[#\s]+", " ", marked.markdown).strip() == re.sub(r"\s+", " ", DA).strip()


def test_a_text_that_promises_nothing_is_no_notice() -> None:
    with pytest.raises(NoticeError, match="Is it a privacy notice"):
        drafted("Det regnet i går. Katten sover på trappa, og båten ligger ved brygga.", language="nb")


def test_what_is_longer_than_any_notice_is_refused() -> None:
    reading = dataclasses.replace(drafted(NB).places["nb"].reading, plain="x" * (LONGEST + 1))
    with pytest.raises(NoticeError, match="the notice alone"):
        draft([reading], data_map())


def test_offers_of_durations_are_durations() -> None:
    for text in (NB, DA, EN):
        for path, question in questions(drafted(text).draft).items():
            if path[-1] == "at_most":
                assert Duration.parse(offer(question))


def test_the_shorter_of_two_times_is_offered_whichever_comes_first() -> None:
    text = DA.replace("6 måneder efter", "3 år efter").replace("Chatbeskeder og andre henvendelser", "Henvendelser")
    assert offer(questions(drafted(text).draft)["purposes", "enquiries", "keep", "at_most"]) == "2 years"


def test_data_that_no_purpose_holds_bring_the_one_that_usually_does() -> None:
    data = "## 7. Opplysninger\n\nVi samler inn disse opplysningene om deg:\n\n- navn\n- fødselsdato\n- IP-adresse\n"
    one = drafted(NB + data).draft
    (why, *_) = notes(one, "purposes", "web_log")
    assert why.kind == "guess"
    assert "says no purpose for them" in why.text
    assert at(one, "purposes", "newly_registered", "needs") == ["person.contact.*", "person.record.*"]
    assert "web_log" not in at(drafted(NB).draft, "purposes")


def test_how_long_a_cookie_lasts_is_asked_where_the_notice_does_not_say() -> None:
    text = NB + "\n## 7. Informasjonskapsler\n\nVi bruker informasjonskapsler fra Google Analytics.\n"
    one = drafted(text).draft
    assert at(one, "cookies", "Google Analytics")["set_by"] == {"any": "Google"}
    assert offer(questions(one)["cookies", "Google Analytics", "lasts"]) == "24 months"


def test_a_special_category_has_the_letter_of_the_notice_or_a_question() -> None:
    said = "\n## 7. Helse\n\nVi behandler helseopplysninger om deg, som er sensitive personopplysninger"
    one = drafted(f"{NB}{said}, etter artikkel 9 nr. 2 bokstav h.\n").draft
    assert at(one, "sensitive") == {"health": "h"}
    asked = drafted(f"{NB}{said}.\n").draft
    assert not offer(questions(asked)["sensitive", "health"])  # which it is, a lawyer must say


def test_an_officer_whose_address_is_not_given_is_asked_for() -> None:
    text = NB + "\n## 7. Ombud\n\nVi har et personvernombud som hjelper deg.\n"
    assert offer(questions(drafted(text).draft)["controller", "officer", "email"]) == "post@fjordlys.example.no"
