"""Policy → notice → policy: what a notice can say survives; what it must say and the policy lacks is asked for."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.unit.notice.write.anything import any_facts

from holdord.errors import PolicyError
from holdord.notice.draft.facts import draft
from holdord.notice.draft.yaml import yaml
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.page import write
from holdord.notice.write.parse import parse
from holdord.notice.write.parts import Limit, Purpose
from holdord.notice.write.policy import facts_of
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.policy.terms import COUNTRIES, LANGUAGES, Language
from holdord.stores.register.map import data_map

_MOST_DAYS = 30
MAP = data_map()


@st.composite
def any_policies(draw: st.DrawFn) -> tuple[Policy, Language]:
    """Any policy: made of any facts that a policy can hold."""
    facts = draw(any_facts())
    language = draw(st.sampled_from(LANGUAGES))
    country = draw(st.sampled_from(tuple(COUNTRIES)))
    facts = replace(
        facts,
        controller=replace(facts.controller, country=country),
        authority=None,
        answer_days=min(facts.answer_days, _MOST_DAYS),
        purposes=tuple(map(_lawful, facts.purposes)),
        sensitive=tuple({one.category: one for one in facts.sensitive}.values()),
        cookies=tuple({one.name: one for one in facts.cookies}.values()),
    )
    try:
        return load(yaml(draft(facts, language, MAP))), language
    except PolicyError as error:
        assume("This question is not answered yet." not in str(error))  # a text that is "?" and nothing else
        raise


def _lawful(purpose: Purpose) -> Purpose:
    """Name the law where a duty needs one, and let no duty contradict a promise."""
    duties = [limit for limit in purpose.limits if limit.kind == "at_least"]
    named = purpose.law or ("loven" if duties or purpose.basis == "legal_obligation" else "")
    return replace(purpose, law=named, limits=tuple(duties[:1]) or purpose.limits)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_policies())
def test_policy_to_notice_to_policy_is_the_identity_on_what_a_notice_can_say(made: tuple[Policy, Language]) -> None:
    policy, language = made
    facts = facts_of(policy, MAP, language)
    text = write(facts, language)
    assert parse(text, language) == facts
    again = load(yaml(draft(parse(text, language), language, MAP)))
    assert facts_of(again, MAP, language) == facts
    assert write(facts_of(again, MAP, language), language) == text


POLICY = """
holdord: 1
version: 2026-03-01
controller: {name: Bakeriet AS, country: "NO", contact: {email: hei@bakeriet.example}, officer: none}
groups: {customers: {en: people who order cakes, nb: de som bestiller kaker}}
recipients:
  till: {says: {any: Kasse & Sønn AS}, role: processor}
  cloud: {says: {any: Big Cloud Inc.}, role: processor, country: US, safeguard: standard_clauses}
sources: {person: you, web: {says: {en: the register of businesses, nb: Brønnøysundregistrene}, public: true}}
categories: {food.allergy: {label: {en: allergies, nb: allergier}}}
clocks:
  last_contact: {latest_of: [correspondence.sent, note.taken]}
  baked: {says: {en: the day of baking, nb: bakedagen}}
purposes:
  orders:
    for: {en: baking what you order, nb: bake det du bestiller}
    basis: contract
    groups: [customers]
    works_on: order
    needs: [order.*, person.contact.name, person.contact.email, person.food.allergy]
    keep:
      from: {latest_of: [order.delivered, baked]}
      at_most: 3 months
      open_ended: {en: until it is eaten, nb: til den er spist}
    recipients: [till]
    sources: [person, web]
  talk:
    for: {en: answering you, nb: svare deg}
    basis: legitimate_interest
    interest: {en: that you get an answer, nb: at du får svar}
    works_on: correspondence
    needs: [correspondence, person.contact]
    keep: {from: last_contact, at_most: 1 year}
    sources: [person]
requests: {to: hei@bakeriet.example, within: 14 days}
security: [{en: The shop is locked., nb: Butikken er låst.}]
cookies: {crumb: {for: {en: counting, nb: telle}, set_by: {any: Bakeriet}, lasts: session}}
sensitive: {health: a}
decisions: none
requirements:
  - {demand: contractual, needs: [contact.name, financial], otherwise: {en: there is no cake, nb: det blir ingen kake}}
changes: {en: on the door, nb: på døra}
promises:
  BA-1:
    says: {en: We throw old orders away., nb: Vi kaster gamle bestillinger.}
    kept_by: software
    parts: {storage: {keep: [orders, talk]}}
    section: storage
"""


def facts(text: str = POLICY, language: Language = "en") -> NoticeFacts:
    return facts_of(load(text), MAP, language)


def test_facts_of_a_policy() -> None:
    orders, talk = facts().purposes
    assert orders.words == "baking what you order"
    ways = ("contact.name", "contact.email", "contact.phone", "contact.address")
    assert orders.data == (*ways, "commercial.order")
    assert orders.other_data == ("allergies",)
    assert (orders.from_person, orders.sources, orders.public_sources) == (True, (), ("the register of businesses",))
    assert orders.recipients == ("Kasse & Sønn AS",)
    assert orders.limits == (
        Limit(
            kind="at_most",
            duration=orders.limits[0].duration,
            clocks=("delivered",),
            from_words=("the day of baking",),
            open_ended="until it is eaten",
        ),
    )
    assert str(orders.limits[0].duration) == "3 months"
    assert orders.limits[0].within is None
    assert talk.limits[0].clocks == ("last_contact",)
    assert talk.data == ("contact", "communication.message")
    assert facts().answer_days == 14
    assert [(one.name, one.country) for one in facts().recipients] == [
        ("Kasse & Sønn AS", ""),
        ("Big Cloud Inc.", "US"),
    ]
    assert [(one.section, one.text) for one in facts().extras] == [("storage", "We throw old orders away.")]


def test_each_language_says_the_same_in_its_own_words() -> None:
    english, norwegian = facts(), facts(language="nb")
    assert norwegian.purposes[0].words == "bake det du bestiller"
    assert norwegian.purposes[0].data == english.purposes[0].data
    assert norwegian.purposes[0].limits[0].duration == english.purposes[0].limits[0].duration
    assert norwegian.recipients == english.recipients


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("version: 2026-03-01\n", "", "version", "The day of this version"),
        ("requests: {to: hei@bakeriet.example, within: 14 days}\n", "", "requests", "Where people turn to"),
        (", role: processor}\n  cloud", "}\n  cloud", ":", "Whether this is a processor"),
        ("    interest: {en: that you get an answer, nb: at du får svar}\n", "", ":", "art. 13(1)(d)"),
        ("    sources: [person]\n", "", ":", "art. 14(2)(f)"),
        ("{en: on the door, nb: på døra}", "{nb: på døra}", "changes", "no words in English"),
        ("baked: {says: {en: the day of baking, nb: bakedagen}}", "b: {says: c}", ":", "clock 'baked'"),
        (", contact: {email: hei@bakeriet.example}", "", "controller", "art. 13(1)(a)"),
        (", officer: none", "", "controller.officer", "the notice must say it: officer"),
        ("decisions: none\n", "", "decisions", "the notice must say it: decisions"),
        (
            "cookies: {crumb: {for: {en: counting, nb: telle}, set_by: {any: Bakeriet}, lasts: session}}\n",
            "",
            "cookies",
            "say it: cookies",
        ),
    ],
)
def test_what_is_missing_is_asked_for(old: str, new: str, place: str, said: str) -> None:
    assert old in POLICY
    with pytest.raises(PolicyError, match=re_escape(said)) as caught:
        facts(POLICY.replace(old, new))
    assert place in str(caught.value)
    assert len(caught.value.problems) == 1


def re_escape(text: str) -> str:
    return text.replace("(", r"\(").replace(")", r"\)")


def test_everything_that_is_missing_is_said_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(PolicyError) as caught:
        facts(language="da")
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) > 10
    assert lines == sorted(lines)
    assert {problem.what for problem in caught.value.problems} == {"There are no words in Danish here."}
