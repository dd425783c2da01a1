"""What people ended stays ended in the sweeps to come: it goes on the day that they were told, and not before."""

import json
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import event, text

from holdord.errors import Refused
from holdord.plan.predicate import KeyIn, negated
from holdord.policy.model import Record
from holdord.run.effects import effects
from holdord.run.requests import gone, granted, limited, limits, placed
from holdord.run.requests.access import access
from holdord.run.requests.draft import Handled
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import receive
from holdord.run.requests.limited import Limit
from holdord.run.requests.page.html import page
from holdord.run.sweep import plan_of, watching
from tests.foreign.conftest import SHOP
from tests.foreign.shopping import address, customer, order, payment, subscription, ticket
from tests.foreign.story import Story, changed, day, local, seconds

DAY = "2026-06-01"
HOLD = "  H-2026-1:"


def who(number: int = 1) -> Record:
    return Record(record_class="customer", key=(number,))


def asks(shop: Story, wanted: Any, on: str = DAY, number: int = 1, **wish: Any) -> int:
    at = shop.noon(on)
    one = receive(
        shop.company, at, asks_for=wanted, person=who(number), channel="letter", received=at.date(), wish=wish
    )
    shop.reopens()
    return one.number


def answers(shop: Story, number: int, on: str = DAY) -> Handled:
    at = shop.noon(on)
    found = handle(shop.company, lambda: at, number, confirmed=True)
    finish(shop.company, at, number, found)
    shop.reopens()
    return found


def answered(shop: Story, wanted: Any, on: str = DAY, number: int = 1, **wish: Any) -> Handled:
    return answers(shop, asks(shop, wanted, on, number, **wish), on)


def withdrawn(shop: Story) -> None:
    """Let customer 2, over whom a legal hold stands, subscribe and withdraw."""
    customer(shop, 2, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    answered(shop, "withdrawal", number=2, purposes=["newsletter"])


def over(shop: Story, number: int = 1) -> list[Limit]:
    with shop.evidence() as state:
        return [one for one in limited.of(state, who(number)) if one.ends_purpose]


def without_hold(shop: Story) -> None:
    """Lift the legal hold over customer 2, by editing the policy."""
    file = shop.folder / "policy.yaml"
    said = file.read_text("utf-8")
    start = said.index(HOLD)
    end = said.index("\n\n", start)
    file.write_text(changed(said, [(said[start:end], "  H-2026-2: {reason: x, owner: x, scope: {customer: 99}, since: 2026-02-01, review: 2027-02-01}")]), "utf-8")  # fmt: skip  # noqa: E501
    shop.reopens()


def goes(shop: Story, number: int, on: str | date) -> dict[tuple[str, str], date | None]:
    """Return (table, column) → the day on which a person is told that it goes."""
    found = access(shop.company, who(number), day(on))
    return {(item.table, value.name): item.goes for item in found.items for value in item.values}


def test_what_a_purpose_that_was_objected_to_would_hold_longer_goes_on_the_day_that_was_told(shop: Story) -> None:
    """Name and street stay for the order's sake, and not for the catalogue's until two years after it."""
    home = address(shop, 1)
    customer(shop, 1, "2024-01-01", at=home)
    order(shop, 1, 1, "2026-05-20", to=home, status="cancelled")
    before = goes(shop, 1, DAY)[("addresses", "street")]
    found = answered(shop, "objection", purposes=["catalogue"]).document["erasure"]
    told = {(item["table"], value["name"]): item["goes"] for item in found["stays"] for value in item["data"]}
    on = day(told["addresses", "street"])
    assert (on, before) == (day("2027-01-02"), day("2028-05-21"))
    assert goes(shop, 1, "2026-06-02")["addresses", "street"] == on
    shop.keeps(on - timedelta(days=1))
    assert shop.row("addresses", 1)["street"]  # type: ignore[index]
    shop.keeps(on)
    left = shop.row("addresses", 1)
    assert left is None or not left["street"]


def test_an_objection_stands_for_what_comes_later_as_well(shop: Story) -> None:
    home = address(shop, 1)
    customer(shop, 1, "2026-01-01", at=home, deleted=1, deleted_at=local("2026-05-20"))
    answered(shop, "objection", purposes=["catalogue"])
    shop.change("customers", {"id": 1}, deleted=0, deleted_at="")
    assert "catalogue" not in {
        one.purpose.id for item in access(shop.company, who(), day(DAY)).items for one in item.lasting
    }


@pytest.mark.parametrize("wanted", ["erasure", "withdrawal"])
def test_a_consent_that_ended_counts_no_more_once_a_legal_hold_is_lifted(shop: Story, wanted: str) -> None:
    customer(shop, 2, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    wish = {"purposes": ["newsletter"]} if wanted == "withdrawal" else {}
    assert answered(shop, wanted, number=2, **wish).complete
    shop.keeps("2026-06-02")
    assert shop.row("newsletter", "ida2@home.example") is not None
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.row("newsletter", "ida2@home.example") is None


def test_who_consents_anew_keeps_the_new_consent(shop: Story) -> None:
    """Under a legal hold nothing of the old one could go; the new one has a row of its own."""
    customer(shop, 2, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    answered(shop, "erasure", number=2)
    subscription(shop, "new@home.example", by=2)
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.keys("newsletter") == {"new@home.example"}


def test_what_waits_for_an_answer_is_not_used_and_not_swept(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    number = asks(shop, "erasure")
    with shop.evidence() as state:
        why = limited.why_not(state, who(), "newsletter")
        assert (why, limited.why_not(state, who(), "accounts")) == (
            "The person asked on 2026-06-01 that their data be erased (GDPR art. 17(1)).",
            "",
        )
        assert limited.why_not(state, who(), "catalogue") == why
    shop.keeps("2026-06-05")
    assert shop.keys("newsletter") == {"ida1@home.example"}
    refuse(shop.company, shop.noon("2026-06-05"), number, "We cannot tell that it is you.")
    assert over(shop) == []
    reopen(shop.company, shop.noon("2026-06-06"), number, "It is me.")
    assert {one.purpose for one in over(shop)} == {"newsletter", "catalogue"}


def test_what_was_granted_no_refusal_takes_back(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    order(shop, 1, 1, "2026-05-20", to=address(shop, 1))
    number = asks(shop, "erasure")
    answers(shop, number)
    reopen(shop.company, shop.noon("2026-06-06"), number, "There is more.")
    refuse(shop.company, shop.noon("2026-06-07"), number, "There is not.")
    assert {one.purpose for one in over(shop)} == {"newsletter", "catalogue"}


def test_a_consent_given_anew_stops_a_sweep_and_what_was_ended_since_does_not(shop: Story) -> None:
    customer(shop, 2, "2026-01-01")
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    answered(shop, "withdrawal", number=2, purposes=["newsletter"])
    watch = watching(shop.company)
    company = shop.company
    at = shop.noon(DAY)
    two = receive(company, at, asks_for="objection", person=who(1), channel="letter", received=at.date(), wish={"purposes": ["catalogue"]})  # fmt: skip  # noqa: E501
    finish(company, at, two.number, handle(company, lambda: at, two.number, confirmed=True))
    watch()
    (one,) = over(shop, 2)
    limits.renew(company, at, one.number, "By telephone.")
    with pytest.raises(Refused, match="a consent given anew"):
        watch()
    shop.reopens()
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.keys("newsletter") == {"ida2@home.example"}


def test_all_that_ended_a_purpose_is_renewed_at_once(shop: Story) -> None:
    withdrawn(shop)
    answered(shop, "erasure", number=2)
    found = [one.number for one in over(shop, 2) if one.purpose == "newsletter"]
    assert len(found) == 2
    limits.renew(shop.company, shop.noon(DAY), found[0], "By telephone.")
    assert {one.purpose for one in over(shop, 2)} == {"catalogue"}


def test_a_key_that_is_given_again_is_nobodys_old_consent(shop: Story) -> None:
    withdrawn(shop)
    (one,) = over(shop, 2)
    assert {table: list(keys) for table, keys in (one.kept or {}).items()} == {"newsletter": [("ida2@home.example",)]}
    shop.run("DELETE FROM newsletter")
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida2@home.example", by=1)
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.keys("newsletter") == {"ida2@home.example"}
    shop.run("DELETE FROM newsletter")
    granted.prune(shop.company)
    assert over(shop, 2)[0].kept == {}


def test_of_whom_nothing_is_left_nothing_is_kept_in_mind(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    answered(shop, "erasure")
    assert {one.purpose: one.kept for one in over(shop)} == {"catalogue": None, "newsletter": {}}


def test_a_change_of_policy_is_compared_with_what_people_asked_for(shop: Story) -> None:
    """Neither what a restriction holds nor what an objection ended is an effect of the change."""
    home = address(shop, 1)
    customer(shop, 1, "2024-01-01", at=home, deleted=0)
    payment(shop, 1, order(shop, 1, 1, "2026-05-20", to=home, delivered="2026-05-25"), "2026-05-20")
    answered(shop, "objection", purposes=["catalogue"])
    limits.restrict(shop.company, shop.noon(DAY), who(), "claims", "A quarrel.")
    shop.reopens()
    from holdord.run.folder import read_policy

    found = effects(shop.company, read_policy(shop.folder), day("2035-01-01"))
    assert (found.sooner, found.longer) == ((), ())


def test_recipients_hear_of_what_ends_though_it_cannot_go_yet(shop: Story) -> None:
    from holdord.run.requests import notified

    withdrawn(shop)
    with shop.evidence() as state:
        assert [one.recipient for one in notified.waiting(state)] == ["hosting"]


def test_one_persons_old_consent_is_not_anothers_new_one(shop: Story) -> None:
    """Both have withdrawn, and the address goes from the one to the other."""
    for number in (1, 2):
        customer(shop, number, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    for number in (1, 2):
        answered(shop, "withdrawal", number=number, purposes=["newsletter"])
    shop.run("DELETE FROM newsletter")
    subscription(shop, "ida2@home.example", by=1)
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.keys("newsletter") == {"ida2@home.example"}


def test_who_subscribes_again_with_the_same_address_has_a_new_consent(shop: Story) -> None:
    """The row has the same key; when it began tells it from the old one."""
    withdrawn(shop)
    company = shop.company
    shop.run("DELETE FROM newsletter")
    shop.put("newsletter", email="ida2@home.example", name="Ida", customer_id=2, subscribed_at=seconds("2026-06-02"), unsubscribed_at=0)  # fmt: skip  # noqa: E501
    assert granted.prune(company)
    with shop.evidence() as state:
        assert limited.standing(state) != company.standing, "whoever opened it before reads it anew"
    without_hold(shop)
    shop.keeps("2026-06-03")
    assert shop.keys("newsletter") == {"ida2@home.example"}


def test_a_contract_that_begins_again_is_not_the_one_that_ended(story: Any) -> None:
    """The books keep the customer's row; who logs in again has an account again."""
    accounts = "    needs: [customer.*, address.contact.address]\n    keep: {from: last_contact, at_most: 3 years}\n"
    shop = story(SHOP, policy=[(accounts, accounts + "    ends_on: request\n")])
    home = address(shop, 1)
    customer(shop, 1, "2025-01-01", at=home)
    payment(shop, 1, order(shop, 1, 1, "2026-01-10", to=home, delivered="2026-01-12"), "2026-01-10")
    answered(shop, "erasure")
    assert shop.row("customers", 1)["phone"] is None
    shop.change("customers", {"id": 1}, phone="+47 1")
    shop.keeps("2026-06-02")
    assert shop.row("customers", 1)["phone"] is None, "the account is over"
    shop.change("customers", {"id": 1}, phone="+47 1", last_login=seconds("2026-07-01") * 1000)
    shop.keeps("2026-07-02")
    assert shop.row("customers", 1)["phone"] == "+47 1"


def test_a_login_revives_no_consent_where_the_data_map_does_not_say_whose_record_it_is(story: Any) -> None:
    """The record is theirs all the same: by it they are asked for."""
    shop = story(SHOP, datamap=[("persons: [customer, employee]", "persons: [address]")])
    customer(shop, 2, "2026-01-01")
    subscription(shop, "ida2@home.example", by=2)
    table = "customers"
    with shop.company.store.reading() as snapshot:
        until = granted._until(shop.company.bound, snapshot, "customer", [(2,)], day(DAY))
        (row,) = until.rows.rows[table]
        letters = shop.company.policy.purposes["newsletter"]
        before = until.mark(letters, table, row)
        assert until.mark(letters, table, row | {"last_login": seconds("2026-07-01") * 1000}) == before
        accounts = shop.company.policy.purposes["accounts"]
        later = until.mark(accounts, table, row | {"last_login": seconds("2026-07-01") * 1000})
        assert granted.Until.is_later(later, until.mark(accounts, table, row)), "an account it does revive"


def test_what_is_ended_while_rows_are_looked_for_is_kept_in_mind(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is gone; between the look and the writing an answer keeps another one in mind."""
    withdrawn(shop)
    shop.run("DELETE FROM newsletter")
    look = granted._dropped

    def amid(*of: Any) -> Any:
        found = list(look(*of))
        with shop.company.state.writing() as connection:
            (one,) = [one for one in limited.of(connection, who(2)) if one.ends_purpose]
            (mark,) = (one.kept or {})["newsletter"].values()
            kept = {"newsletter": {("ida2@home.example",): mark, ("new@home.example",): mark}}
            placed.change(connection, one.number, kept=limited.write_kept(kept))
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(granted, "_dropped", amid)
        assert granted.prune(shop.company)
    (one,) = over(shop, 2)
    assert list((one.kept or {})["newsletter"]) == [("new@home.example",)]


def test_what_is_kept_in_mind_of_many_people_is_a_few_questions(shop: Story) -> None:
    withdrawn(shop)
    shop.run("DELETE FROM newsletter")
    asked: list[str] = []

    def hear(*of: Any) -> None:
        asked.append(str(of[2]))

    engine = shop.company.state.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert granted.prune(shop.company, [who(number) for number in range(1, 1_200)])
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert 3 <= len([one for one in asked if "holdord_restriction" in one]) < 10
    assert over(shop, 2)[0].kept == {}


def test_who_is_gone_meanwhile_stops_no_sweep(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    answered(shop, "objection", purposes=["catalogue"])
    watch = watching(shop.company)
    shop.run("DELETE FROM customers WHERE id = 1")
    gone.look(shop.company, day(DAY))
    with shop.evidence() as state:
        assert limited.standing(state).ended != shop.company.standing.ended
    watch()


def test_who_says_it_again_after_they_wanted_it_is_believed(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    number = asks(shop, "objection", purposes=["catalogue"])
    answers(shop, number)
    (one,) = over(shop)
    limits.renew(shop.company, shop.noon(DAY), one.number, "By telephone.")
    reopen(shop.company, shop.noon(DAY), number, "I never said so.")
    assert [one.purpose for one in over(shop)] == ["catalogue"]
    assert answers(shop, number).document["decision"] == "marketing"


def test_an_objection_that_was_taken_back_is_answered_as_that(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    number = asks(shop, "objection", purposes=["catalogue"])
    (one,) = over(shop)
    limits.renew(shop.company, shop.noon(DAY), one.number, "By telephone.")
    found = answers(shop, number)
    assert found.document["decision"] == "renewed"
    said = str(page(found.document, "en"))
    assert "The objection stands no longer" in said
    assert "How you said so" in said
    assert "By telephone." in said


def test_marketing_that_an_erasure_ended_does_not_begin_with_the_next_order(shop: Story) -> None:
    home = address(shop, 1)
    customer(shop, 1, "2026-01-01", at=home)
    answered(shop, "erasure")
    order(shop, 1, 1, "2026-06-10", to=home)
    found = access(shop.company, who(), day("2026-06-11"))
    assert "catalogue" not in {one.purpose.id for item in found.items for one in item.lasting}


def test_what_a_policy_calls_by_another_name_is_found(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    answered(shop, "objection", purposes=["catalogue"])
    file = shop.folder / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("catalogue", "brochure"), "utf-8")
    shop.reopens()
    (found,) = (one for one in plan_of(shop.company, day(DAY)).findings if one.code == "ended_purpose_gone")
    assert "1 people ended the purpose catalogue" in found.text


def test_a_key_that_cannot_be_kept_in_mind_stops_no_answer(story: Any) -> None:
    table = "CREATE TABLE newsletter (\n    email TEXT PRIMARY KEY"
    shop = story(SHOP, schema=[(table, "CREATE TABLE newsletter (\n    email NUMERIC(9,2) PRIMARY KEY")])
    customer(shop, 2, "2026-01-01")
    shop.put("newsletter", email=Decimal("1.50"), name="Ida", customer_id=2, subscribed_at=seconds("2020-01-01"), unsubscribed_at=0)  # fmt: skip  # noqa: E501
    assert answered(shop, "withdrawal", number=2, purposes=["newsletter"]).complete
    shop.keeps("2026-06-02")


def test_a_table_whose_key_has_changed_stops_no_sweep(shop: Story) -> None:
    withdrawn(shop)
    (one,) = over(shop, 2)
    with shop.company.state.writing() as connection:
        placed.change(connection, one.number, kept=json.dumps({"newsletter": [[["list", "a@b.example"], "[[],[]]"]]}))
    shop.reopens()
    assert not granted.prune(shop.company)
    shop.keeps("2026-06-02")
    assert over(shop, 2)[0].kept, "it may fit again"


def test_what_was_answered_before_the_column_was_there_is_granted(shop: Story) -> None:
    """Also where the person answered back since: no refusal takes back what was granted."""
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
    first = asks(shop, "objection", purposes=["catalogue"])
    answers(shop, first)
    reopen(shop.company, shop.noon(DAY), first, "There is more.")
    asks(shop, "objection", number=3, purposes=["catalogue"])
    with shop.company.state.writing() as connection:
        connection.execute(text("UPDATE holdord_restriction SET granted = NULL, kept = NULL"))
        import_module("holdord.stores.register.migrations.versions.0011_granted").grant(connection)
    with shop.evidence() as state:
        assert [one.person for one in limited.over(state)] == [who(1)]
    refuse(shop.company, shop.noon(DAY), first, "There is not.")
    assert [one.purpose for one in over(shop)] == ["catalogue"]


def test_many_keys_of_several_columns_are_one_question(shop: Story) -> None:
    ticket(shop, 1)
    keys = ((1, 2), *((number, 1) for number in range(2, 3_000)))
    with shop.company.store.reading() as snapshot:
        assert snapshot.keys("ticket_messages", KeyIn(keys)) == ((1, 2),)
        assert snapshot.keys("ticket_messages", negated(KeyIn(keys))) == ((1, 1),)
