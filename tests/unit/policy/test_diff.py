"""What changed between two policies: small edits of one policy, each with exactly what it gives; properties of all.

The edits with their results stand in ``edits.yaml``. Arbitrary edits of the small policy and of the four examples are
made below: each changes what it touches and nothing else.
"""

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdord.document import read
from holdord.errors import PolicyError
from holdord.policy.diff import Change, Kind, Protects, changes
from holdord.policy.duration import Duration
from holdord.policy.load import load
from holdord.policy.model import Policy

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[2] / "examples"

SMALL = """\
holdord: 1
controller:
  name: Shop AS
  country: "NO"
  financial_year_ends: 12-31
  register_number: "912345678"
  contact: {email: privacy@shop.example, phone: "+47 70 00 00 00"}
notices: {nb: notice.nb.md, en: notice.en.md}
categories:
  game.score: {label: points in a game}
  contact.phone: {after: generalise}
groups: {customers: people who buy, players: people who play}
recipients:
  carrier: who delivers
  register: {says: "Registret AS, our customer register", web: "https://registret.example"}
  lawyer: our lawyer
  cloud: {says: Big Cloud, role: processor, country: US, safeguard: standard_clauses}
sources: {person: the person, bureau: a bureau for credit checks}
purposes:
  newsletter:
    for: Sending news to people who signed up
    basis: consent
    law: NO markedsføringsloven § 15
    groups: [customers]
    works_on: subscription
    needs: [subscription.*, person.contact.name, person.contact.email]
    keep: {from: consent_withdrawn, at_most: 12 months, open_ended: until the consent is withdrawn}
    recipients: [register]
    sources: [person]
  sales:
    for: Selling, and looking after customers
    basis: legitimate_interest
    groups: [customers]
    works_on:
      - {order: {state: [open, done], amount: {above: 100}}}
      - {relation: {kind: customer}}
    needs: [order.contact, order.commercial.order, relation.*, person.contact.name]
    keep:
      - {from: {latest_of: [ordered, note.taken]}, at_most: 24 months}
      - {from: objected, at_most: 0 days, within: 5 days, open_ended: until the person objects}
    ends_on: request
    recipients: [carrier, register]
    sources: [person]
  games:
    for: Letting people play
    basis: contract
    groups: [players]
    works_on: account
    needs: [account.*]
    keep: {from: last_login, at_most: 1 month}
  books:
    for: Keeping accounts as the law demands
    basis: legal_obligation
    law: NO bokføringsloven § 13
    works_on: [invoice, {agreement: {primary: true}}]
    needs: [invoice.*, agreement.*, person.contact.name]
    keep: {from: voucher_date, at_least: 5 years, counted_from: financial_year_end, open_ended: until it has ended}
version: 2026-01-01
requests: {to: rights@shop.example, within: 14 days}
security: [The shop is locked., {en: We make copies., nb: Vi tar kopier.}]
cookies: {basket: {for: remembering your basket, set_by: Shop AS, lasts: 2 days}}
sensitive: {health: a}
decisions: a computer says who may pay later
requirements: [{demand: contractual, needs: [contact], otherwise: nothing is delivered}]
changes: by e-mail
clocks: {note.taken: {says: the day we wrote it down}}
holds:
  H-1: {reason: a claim for money, owner: general manager, scope: {person: 2}, since: 2026-01-01, review: 2027-01-01}
promises:
  P-1:
    says: News end when you say so
    kept_by: software
    parts: {storage: {keep: [newsletter]}, sending: {unwired: nothing is sent after a withdrawal}}
    notice: [{lang: nb, section: "1", quote: Vi slutter straks.}]
  P-2:
    says: What we sell is remembered for 24 months
    kept_by: person
    parts: {storage: {keep: [sales, games]}, law: {keep: [books]}}
    notice:
      [{lang: nb, section: "2", quote: Vi husker i 24 måneder.}, {lang: en, section: "2", quote: Remembered 24 months.}]
  P-3:
    says: Claims are kept
    kept_by: software
    parts: {storage: {keep: all}, disputes: {holds: all}}
    notice: [{lang: nb, section: "3", quote: Krav beholder vi.}]
"""
EDITS = read((HERE / "edits.yaml").read_text("utf-8"), "edits.yaml").value
SAME = [
    ("12 months", "1 year"),
    ("at_most: 24 months", "at_most: 1.5 years 6 months"),
    ("holdord: 1\n", "# a comment\nholdord: 1\n"),
    ("from: last_login", "from: {latest_of: [last_login]}"),
    ("at_most: 1 month}", "at_most: 1 month, within: 1 month 1 day}"),
    ("[ordered, note.taken]", "[note.taken, ordered]"),
    ("needs: [invoice.*, agreement.*", "needs: [agreement.*, invoice.*, invoice.contact"),
    ("needs: [order.contact,", "needs: [order.contact.*,"),
    (
        "[subscription.*, person.contact.name, person.contact.email]",
        "[person.contact.email, person.contact.name, subscription]",
    ),
    ("works_on: subscription", "works_on: [subscription]"),
    ("works_on: subscription", "works_on: [subscription, {subscription: {topic: news}}]"),
    ("state: [open, done]", "state: [done, open]"),
    ("{relation: {kind: customer}}", "{relation: {kind: [customer]}}"),
    (
        "{order: {state: [open, done], amount: {above: 100}}}",
        "{order: {state: open, amount: {above: 100}}}\n      - {order: {state: done, amount: {above: 100}}}",
    ),
    ("storage: {keep: all}", "storage: {keep: [games, books, sales, newsletter]}"),
    ("groups: {customers: people who buy,", "groups: {customers: {says: people who buy},"),
    ("  financial_year_ends: 12-31\n", ""),
]
INVERSE: dict[Kind, Kind] = {
    "added": "removed",
    "removed": "added",
    "widened": "narrowed",
    "narrowed": "widened",
    "longer": "shorter",
    "shorter": "longer",
    "renamed": "renamed",
    "wording": "wording",
    "changed": "changed",
}
OPPOSITE: dict[Protects, Protects] = {"more": "less", "less": "more", "same": "same"}


def edited(edit: dict[str, str]) -> Policy:
    text = SMALL
    for old, new in edit.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load(text)


def row(change: Change) -> list[str]:
    told = "told, " if change.material else ""
    return [change.path, change.kind, told + change.protects, change.article, change.text]


@pytest.fixture(scope="module")
def small() -> Policy:
    return load(SMALL)


@pytest.mark.parametrize("case", EDITS, ids=lambda case: next(iter(case["edit"].values())).strip()[:40] or "removed")
def test_an_edit_gives_exactly_these_changes(small: Policy, case: dict[str, Any]) -> None:
    assert [row(change) for change in changes(small, edited(case["edit"]))] == case["gives"]


def test_the_edits_are_many_and_reach_every_kind() -> None:
    assert len(EDITS) > 80
    assert {given[1] for case in EDITS for given in case["gives"]} == set(INVERSE)


def test_safeguards_of_the_same_strength_protect_the_same(small: Policy) -> None:
    other = edited({"safeguard: standard_clauses": "safeguard: binding_rules"})
    assert [one.protects for one in (*changes(small, other), *changes(other, small))] == ["same", "same"]


@pytest.mark.parametrize("case", EDITS, ids=lambda case: next(iter(case["edit"].values())).strip()[:40] or "removed")
def test_the_way_back_is_the_mirror_image(small: Policy, case: dict[str, Any]) -> None:
    after = edited(case["edit"])
    there, back = changes(small, after), changes(after, small)
    new, old = ("".join(one.path for one in found if one.kind == "renamed") or "-" for found in (there, back))

    def place(change: Change) -> str:
        return change.path.replace(new, old).replace("at_least", "at_most")

    assert sorted((place(one), INVERSE[one.kind]) for one in there) == sorted((place(one), one.kind) for one in back)
    ordered = {(place(one), one.kind): one.protects for one in back if one.kind != "changed"}
    mirrored = {(place(one), INVERSE[one.kind]): OPPOSITE[one.protects] for one in there if one.kind != "changed"}
    assert mirrored == ordered


YEARLY = "{tasks: {every: 12 months, who: manager, what: look again}}"


@pytest.mark.parametrize(
    ("before", "after", "kind", "protects"),
    [
        ("{unwired: later}", "{told: notice}", "changed", "more"),
        ("{unwired: later}", YEARLY, "changed", "more"),
        ("{told: notice}", "{requests: [access]}", "changed", "less"),
        (YEARLY, "{told: notice}", "changed", "less"),
        ("{requests: [access]}", "{requests: [access, erasure]}", "widened", "more"),
        ("{requests: [access, erasure]}", "{requests: [access]}", "narrowed", "less"),
        ("{requests: [erasure]}", "{requests: [access]}", "changed", "less"),
        (YEARLY, YEARLY.replace("12 months", "6 months"), "changed", "more"),
        (YEARLY, YEARLY.replace("12 months", "24 months"), "changed", "less"),
        (YEARLY, YEARLY.replace("every: 12 months, ", ""), "changed", "less"),
        (YEARLY.replace("every: 12 months, ", ""), YEARLY, "changed", "more"),
        (YEARLY, YEARLY.replace("manager", "owner"), "changed", "same"),
    ],
)
def test_what_keeps_a_part_is_compared(before: str, after: str, kind: Kind, protects: Protects) -> None:
    sending = "{unwired: nothing is sent after a withdrawal}"
    (change,) = changes(edited({sending: before}), edited({sending: after}))
    assert (change.path, change.kind, change.protects) == ("promises.P-1.parts.sending", kind, protects)


def test_a_task_and_rights_are_told_in_words() -> None:
    sending = "{unwired: nothing is sent after a withdrawal}"
    (change,) = changes(edited({sending: YEARLY}), edited({sending: "{requests: [access, erasure]}"}))
    assert change.text == (
        "Promise P-1, part “sending”: kept by answering requests for access and erasure in time; "
        "before, kept by a proof of manager, every 12 months: look again."
    )


def test_a_transfer_that_rests_on_less_than_before_protects_less(small: Policy) -> None:
    adequate = edited({"safeguard: standard_clauses": "safeguard: adequacy"})
    (change,) = changes(adequate, small)
    assert (change.path, change.kind, change.protects) == ("recipients.cloud.safeguard", "changed", "less")


def test_the_laws_month_instead_of_thirty_days_may_be_longer() -> None:
    thirty, month = edited({"within: 14 days": "within: 30 days"}), edited({", within: 14 days": ""})
    (change,) = changes(thirty, month)
    assert (change.path, change.kind, change.protects) == ("requests.within", "longer", "less")


@pytest.mark.parametrize("edit", SAME, ids=lambda edit: edit[1].strip()[:40])
def test_another_way_of_writing_the_same_is_no_change(small: Policy, edit: tuple[str, str]) -> None:
    same = edited(dict([edit]))
    assert same.digest != small.digest
    assert changes(small, same) == ()
    assert changes(same, small) == ()


def test_what_matters_most_comes_first(small: Policy) -> None:
    every = {
        "12 months": "24 months",
        "at_least: 5 years": "at_least: 4 years",
        "privacy@shop.example": "help@shop.example",
        "basis: contract": "basis: consent",
        "a claim for money": "a debt",
        "scope: {person: 2}": "scope: {person: 3}",
    }
    found = changes(small, edited(every))
    assert [(one.path, one.material, one.protects) for one in found] == [
        ("purposes.newsletter.keep.at_most", True, "less"),
        ("purposes.games.basis", True, "more"),
        ("controller.contact.email", True, "same"),
        ("holds.H-1.scope", False, "less"),
        ("purposes.books.keep.at_least", False, "more"),
        ("holds.H-1.reason", False, "same"),
    ]


def test_a_purpose_that_goes_takes_no_promise_along(small: Policy) -> None:
    start, end = SMALL.index("  games:\n"), SMALL.index("  books:\n")
    found = changes(small, edited({SMALL[start:end]: "", "[sales, games]": "[sales]"}))
    assert [(one.path, one.kind, one.material) for one in found] == [("purposes.games", "removed", False)]


def test_one_of_two_alike_can_only_be_renamed_once(small: Policy) -> None:
    start, end = SMALL.index("  games:\n"), SMALL.index("  books:\n")
    games = SMALL[start:end]
    before = edited({games: games + games.replace("games:", "arcade:")})
    after = edited({games: games.replace("games:", "play:"), "[sales, games]": "[sales, play]"})
    found = changes(before, after)
    assert [(one.path, one.kind) for one in found] == [("purposes.arcade", "removed"), ("purposes.play", "renamed")]


def test_a_new_kind_of_data_that_nothing_needs_is_not_told() -> None:
    narrow = SMALL.replace(".*", ".contact")
    wide = narrow.replace("  game.score:", "  chess.moves: {label: moves}\n  game.score:")
    (found,) = changes(load(narrow), load(wide))
    assert (found.path, found.material, found.protects) == ("categories.chess.moves", False, "same")
    assert found.text == "A new kind of data: moves, which no purpose needs yet."


def test_a_respelled_sentence_is_not_taken_for_another_one(small: Policy) -> None:
    quote = '{lang: nb, section: "3", quote: Krav beholder vi.}'
    more = '{lang: nb, section: "3", quote: Gjeld sletter vi.}, {lang: nb, section: "3", quote: "Krav, beholder vi."}'
    found = changes(small, edited({quote: more}))
    assert [(one.path, one.kind) for one in found] == [
        ("promises.P-3.notice", "added"),
        ("promises.P-3.notice", "wording"),
    ]


def test_another_financial_year_is_told_only_where_something_counts_from_it(small: Policy) -> None:
    loose = {", counted_from: financial_year_end": ""}
    year = {"financial_year_ends: 12-31": "financial_year_ends: 06-30"}
    (found,) = changes(edited(loose), edited(loose | year))
    assert (found.path, found.material, found.protects) == ("controller.financial_year_ends", False, "same")


def test_a_month_and_31_days_are_the_same_from_the_end_of_a_calendar_year(small: Policy) -> None:
    month = "at_most: 1 month, counted_from: financial_year_end"
    before, after = (edited({"at_most: 1 month": said}) for said in (month, month.replace("1 month", "31 days")))
    (found,) = changes(before, after)
    assert (found.kind, found.material, found.protects) == ("wording", False, "same")
    assert found.text.endswith("the person last signed in; both end on the same day.")


def test_no_text_shows_the_key_of_a_record_on_hold(small: Policy) -> None:
    keyed = edited({"scope: {person: 2}": "scope: {person: ida-holm}"})
    assert "ida-holm" not in "".join(change.text for change in (*changes(small, keyed), *changes(keyed, small)))


# --- Properties ------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """Return a document's value as YAML of one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def shuffled(value: Any, chance: random.Random, place: str = "") -> Any:
    """Return the same in another order; only a record's key is a list whose order counts."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance, key) for key in keys}
    if isinstance(value, list) and place != "scope":
        return chance.sample([shuffled(one, chance, place) for one in value], len(value))
    return value


POLICIES = [
    load(text) for text in (SMALL, *(path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/policy.yaml"))))
]
FEW = [POLICIES[0], POLICIES[0], POLICIES[0], POLICIES[2]]
"""The small one, and Clienti's; reading a long policy takes most of the time."""
WORDS = st.lists(st.sampled_from(["data", "people", "never", "24", "months", "sold", "kept"]), min_size=1).map(" ".join)
DURATIONS = st.builds("{} months {} days".format, st.integers(0, 150), st.integers(0, 40))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.controller.name)
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    assert changes(policy, load(written(policy.document.value))) == ()


@settings(max_examples=25, deadline=None)
@given(number=st.integers(0, len(FEW) - 1), seed=st.integers(0, 2**32))
def test_order_is_no_change(number: int, seed: int) -> None:
    policy = FEW[number]
    other = load(written(shuffled(policy.document.value, random.Random(seed))))
    assert changes(policy, other) == ()
    assert changes(other, policy) == ()


Place = tuple[str | int, ...]
Edit = tuple[Place, str, str]


def _text(place: Place, said: Any, path: str) -> Edit:
    """Return the edit of a text, in the policy's language where it stands in several."""
    return (*place, "en") if isinstance(said, dict) else place, "text", path


def edits(value: dict[str, Any]) -> Iterator[Edit]:
    """Yield single edits that a document allows: where, how, and the path below which the changes must be."""
    yield from ((("controller", "name"), "text", "controller.name"),)
    yield from ((("notices", language), "file", f"notices.{language}") for language in value["notices"])
    for kind in ("groups", "recipients", "sources"):
        for name, said in value[kind].items():
            described = isinstance(said, dict) and "says" in said
            place: Place = (kind, name, "says") if described else (kind, name)
            yield _text(place, said["says"] if described else said, f"{kind}.{name}")
    for name, purpose in value["purposes"].items():
        here, path = ("purposes", name), f"purposes.{name}"
        yield _text((*here, "for"), purpose["for"], f"{path}.for")
        yield (*here, "basis"), "basis", f"{path}.basis"
        yield _text((*here, "law"), purpose.get("law"), f"{path}.law")
        yield (*here, "ends_on"), "toggle", f"{path}.ends_on"
        yield (*here, "needs"), "needs", f"{path}.needs.zebra"
        yield (*here, "works_on"), "works_on", f"{path}.works_on.zebra"
        for kind in ("groups", "recipients", "sources"):
            yield (*here, kind), f"one of {kind}", f"{path}.{kind}."
        limits = purpose["keep"] if isinstance(purpose["keep"], list) else [purpose["keep"]]
        for index, limit in enumerate(limits):
            place = (*here, "keep", index) if isinstance(purpose["keep"], list) else (*here, "keep")
            below = ".".join(map(str, place))
            yield (*place, "at_most" if "at_most" in limit else "at_least"), "duration", below
            yield (*place, "within"), "duration", f"{below}.within"
            yield (*place, "from"), "clock", f"{below}.from"
            yield _text((*place, "open_ended"), limit.get("open_ended"), f"{below}.open_ended")
    for name in value.get("cookies", {}):
        yield _text(("cookies", name, "for"), value["cookies"][name]["for"], f"cookies.{name}.for")
        yield ("cookies", name, "lasts"), "duration", f"cookies.{name}.lasts"
    for key in ("decisions", "changes"):
        yield _text((key,), value.get(key), key)
    if value.get("requests"):
        yield _text(("requests", "to"), value["requests"]["to"], "requests.to")
    for name in value.get("holds", {}):
        yield from ((("holds", name, key), "text", f"holds.{name}.{key}") for key in ("reason", "owner"))
        yield ("holds", name, "since"), "date", f"holds.{name}.since"
        yield ("holds", name), "remove", f"holds.{name}"
    for name, promise in value["promises"].items():
        yield _text(("promises", name, "says"), promise["says"], f"promises.{name}.says")
        yield ("promises", name, "kept_by"), "keeper", f"promises.{name}.kept_by"
        yield ("promises", name), "remove", f"promises.{name}"
        for part in promise["parts"]:
            yield ("promises", name, "parts", part), "unwire", f"promises.{name}.parts.{part}"
        for index, _ in enumerate(promise.get("notice", ())):
            yield ("promises", name, "notice", index, "quote"), "text", f"promises.{name}.notice"


def new_value(how: str, old: Any, whole: dict[str, Any], data: st.DataObject) -> Any:
    """Return another value for a place, or None to take it away."""
    if how == "remove":
        return None
    if how in ("text", "duration"):
        return data.draw(WORDS if how == "text" else DURATIONS)
    if how in ("basis", "keeper"):
        bases = ["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interest"]
        return data.draw(st.sampled_from(bases if how == "basis" else ["software", "person", "notice"]))
    if how.startswith("one of "):
        name = data.draw(st.sampled_from(sorted(whole[how.removeprefix("one of ")])))
        return [one for one in old or [] if one != name] if name in (old or []) else [*(old or []), name]
    if how in ("needs", "works_on"):
        return [*(old if isinstance(old, list) else [old]), "zebra.contact.email" if how == "needs" else "zebra"]
    fixed = {
        "file": "other.md",
        "clock": "zebra.born",
        "date": date(2025, 5, 5),
        "unwire": {"unwired": "by hand, then"},
    }
    return fixed.get(how, None if old else "request")


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_an_edit_changes_what_it_touches_and_nothing_else(data: st.DataObject) -> None:
    policy = data.draw(st.sampled_from(FEW))
    value = copy.deepcopy(policy.document.value)
    place, how, path = data.draw(st.sampled_from(list(edits(value))))
    node = value
    for key in place[:-1]:
        node = node[key]
    old = node.get(place[-1])
    new = new_value(how, old, value, data)
    assume(new != old)
    if new is None:
        del node[place[-1]]
    else:
        node[place[-1]] = new
    if how == "duration" and old is not None:
        assume(Duration.parse(str(new)) != Duration.parse(str(old)))
    try:
        after = load(written(value))
    except PolicyError:
        assume(False)
    for found in (changes(policy, after), changes(after, policy)):
        assert found, (place, old, new)
        assert [one for one in found if not one.path.startswith(path)] == []
    if how in ("text", "clock", "basis"):
        assert len(found) == 1


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_another_name_for_a_purpose_is_one_change_that_need_not_be_told(data: st.DataObject) -> None:
    policy = data.draw(st.sampled_from(FEW))
    called_otherwise(policy, data.draw(st.sampled_from(sorted(policy.purposes))))


def test_a_purpose_that_a_page_or_a_review_names_is_the_one_that_it_was() -> None:
    parts = [(policy, part) for policy in POLICIES for one in policy.promises.values() for part in one.parts]
    named = [(policy, name) for policy, part in parts for name in part.portal if name in policy.purposes]
    named += [(policy, part.review.purpose) for policy, part in parts if part.review is not None]
    assert len(named) == 2
    for policy, name in named:
        called_otherwise(policy, name)


def called_otherwise(policy: Policy, name: str) -> None:
    """Give a purpose another name wherever it stands: that is all that changes."""
    value = copy.deepcopy(policy.document.value)
    value["purposes"] = {"zebra" if one == name else one: said for one, said in value["purposes"].items()}
    for promise in value["promises"].values():
        for part in promise["parts"].values():
            for keeper in ("keep", "portal"):
                if isinstance(part.get(keeper), list):
                    part[keeper] = ["zebra" if one == name else one for one in part[keeper]]
            if part.get("reviews", {}).get("of") == name:
                part["reviews"]["of"] = "zebra"
    (found,) = changes(policy, load(written(value)))
    assert (found.path, found.kind, found.material) == ("purposes.zebra", "renamed", False)
