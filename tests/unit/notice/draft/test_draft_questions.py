"""Questions of a draft: the same ones together, and what custom answers, only where the notice is silent."""

import pytest
from tests.unit.notice.draft.invented import DA, EN, NB, SILENT, at, bound, drafted, notes, questions
from tests.unit.notice.draft.test_draft_of_times import of

from holdord.notice.draft.draft import Draft, Note
from holdord.notice.draft.questions import listed, offer, settled, together
from holdord.notice.draft.questions import questions as asked
from holdord.notice.draft.yaml import yaml
from holdord.policy.load import load
from holdord.policy.terms import Language


def left(one: Draft) -> set[tuple[str | int, ...]]:
    return set(questions(settled(one)))


@pytest.mark.parametrize("text", [NB, DA, EN])
def test_every_place_of_a_question_is_listed_once_below_it(text: str) -> None:
    one = drafted(text).draft
    found = asked(one, yaml(one))
    groups = together(found)
    assert sorted(question.line for group in groups for question in group) == [question.line for question in found]
    assert len({group[0].ask for group in groups}) == len(groups) < len(found)
    shown = listed(found)
    assert [line for line in shown if line[:1].isdigit()] == [
        f"{number}. {group[0].ask[:1].upper()}{group[0].ask[1:]}" for number, group in enumerate(groups, start=1)
    ]


def test_what_recipients_are_is_one_question_with_the_answer_usual_for_each() -> None:
    one = of("nb", "Vi sender faktura. Vi deler opplysninger med transportører og advokater og vår regnskapsfører.")
    (roles,) = [group for group in together(asked(one, yaml(one))) if "processor, who works" in group[0].ask]
    assert [(place.where, place.answer, place.usual) for place in roles] == [
        ("carriers", "controller", True),
        ("lawyer", "controller", True),
        ("accountant", "controller", True),
    ]


@pytest.mark.parametrize("language", list(SILENT))
def test_with_the_usual_answers_a_silent_notice_leaves_no_question_and_binds(language: Language) -> None:
    one = drafted(SILENT[language], language=language)
    assert questions(one.draft)
    done = one.settled()
    assert not questions(done.draft)
    bound(load(yaml(done.draft), notices={str(name): places.markdown for name, places in done.places.items()}))
    for path, question in questions(one.draft).items():
        assert str(at(done.draft, *path)) == offer(question)
        (note,) = [note for note in notes(done.draft, *path) if "chosen by --usual" in note.text]
        assert note.kind == "guess"
    assert at(done.draft, "draft") is True


def test_the_draft_that_is_settled_stays_as_it_was() -> None:
    one = drafted(SILENT["nb"]).draft
    before = yaml(one)
    settled(one)
    assert yaml(one) == before


def test_what_the_notice_says_unsurely_is_not_settled() -> None:
    text = "Formålet er å følge opp kundeforholdet og vurdere jobbsøknader."
    unsure = of("nb", f"{text} Søknader og andre kundeopplysninger lagres i 3 år.")
    for name in ("customer_relation", "recruitment"):
        assert ("purposes", name, "keep", "at_most") in left(unsure)
    general = of("nb", f"{text} Vi sletter personopplysninger senest 9 måneder etter siste kontakt.")
    assert ("purposes", "recruitment", "keep", "at_most") in left(general)
    silent = of("nb", text)
    assert not {path for path in left(silent) if path[0] == "purposes"}
    assert at(settled(silent), "purposes", "customer_relation", "keep")["from"] == "relation_ended"


def test_what_only_the_company_knows_is_not_settled() -> None:
    one = drafted(
        "Vi er et snekkeri. Vi sender faktura. Skriv til oss på post@snekkeri.example.no.", language="nb"
    ).draft
    assert {("controller", "name"), ("version",), ("cookies",), ("recipients",)} <= left(one)
    assert ("controller", "financial_year_ends") not in left(one)


def test_times_of_an_unknown_country_are_not_settled() -> None:
    one = drafted("Kahl är personuppgiftsansvarig. Syftet är att bedöma arbetssökande.", language="sv").draft
    assert {("controller", "country"), ("purposes", "recruitment", "keep", "at_most")} <= left(one)


def test_a_time_that_ends_with_another_relation_is_not_offered() -> None:
    text = (
        "Vi svarer på henvendelser. Avtaler og korrespondanse oppbevares i 5 år etter at kundeforholdet er avsluttet."
    )
    question = questions(of("nb", f"Formålet er å svare på henvendelser. {text}"))[
        "purposes", "enquiries", "keep", "at_most"
    ]
    assert "i 5 år" in question
    assert offer(question) == "12 months"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("sensitive", "Som utgangspunkt behandler vi ikke sensitive personopplysninger."),
        ("sensitive", "Vi behandler sensitive personopplysninger om deg."),
        ("requirements", "Du må oppgi navn og adresse for at vi skal kunne levere."),
    ],
)
def test_what_the_notice_hints_at_is_quoted_and_not_settled(key: str, text: str) -> None:
    one = of("nb", f"Vi sender faktura. {text}")
    assert text in questions(one)[key,]
    assert (key,) in left(one)
    assert (key,) not in left(of("nb", "Vi sender faktura."))


def test_what_is_begged_of_people_is_not_what_the_company_does() -> None:
    one = of("da", "Vi sender fakturaer. Vi opfordrer dig til, at du ikke sender os følsomme oplysninger.")
    assert at(one, "sensitive") == "?"


def test_an_offer_is_found_behind_words_of_the_notice_that_look_like_one() -> None:
    assert offer("how long? The notice says “Usual: 9 years.” Offered: 5 years.") == "5 years"
    assert offer("how long? Usual in Norway: 6 months.") == "6 months"
    assert offer("how long?") == ""


def test_a_note_without_a_usual_answer_stays() -> None:
    note = Note("question", "which cookies are set? Offered: none.")
    one = Draft(policy={"cookies": "?"}, notes={("cookies",): (note,)})
    assert settled(one) == one
