"""People of the shop ask: what is held about them, and what of it can go."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.plan.statements import Statement
from holdord.policy.model import Record
from holdord.run import execute
from holdord.run.approve import decide
from holdord.run.requests import book, booked
from holdord.run.requests.access import access
from holdord.run.requests.answer import Answer, Item, document
from holdord.run.requests.erasure import Erasure, ends, erase, preview
from holdord.run.requests.erasure import document as requested
from holdord.run.requests.together import erase_all
from holdord.run.requests.who import by_email, by_value
from holdord.stores.base import Range
from holdord.stores.walk import Walk
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer, edit, employee, order, payment, subscription, ticket
from tests.foreign.story import Story, day
from tests.foreign.test_asked import of
from tests.foreign.test_shop_figures import told as monthly

TODAY = "2026-06-01"
WEB = frozenset({"change_log", "support", "catalogue"})


def who(number: int, record_class: str = "customer") -> Record:
    return Record(record_class=record_class, key=(number,))


def told(shop: Story, number: int = 1, on: str = TODAY) -> Answer:
    return access(shop.company, who(number), day(on))


def items(found: Answer, table: str) -> dict[str, Item]:
    """Return column → item, of a table's rows."""
    return {value.name: item for item in found.items if item.table == table for value in item.values}


def erased(shop: Story, number: int = 1, objected: frozenset[str] = frozenset()) -> Erasure:
    return erase(shop.company, lambda: shop.noon(TODAY), who(number), objected, confirmed=True)


def household(shop: Story) -> None:
    """Two who live together and have bought something; the third has nothing to do with them."""
    home = address(shop, 1)
    employee(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2026-01-01", at=home)
        order(shop, number, number, "2026-05-20", to=home, delivered="2026-05-25")
        payment(shop, number, number, "2026-05-20")
        edit(shop, number, number, "2026-05-01")
        ticket(shop, number, "2026-05-28", customer_id=number, order_id=number, staff_id=1)
        subscription(shop, f"ida{number}@home.example", by=number)


# Access


def test_everything_of_a_person_is_told_and_nothing_of_others(shop: Story) -> None:
    household(shop)
    said = json.dumps(document(told(shop)), ensure_ascii=False)
    for value in ("Ida Prøve 1", "ida1@home.example", "+47 00 00 00 01", "1990-05-17", "Prøveveien 1", "Hos naboen.",
                  "Gratulerer!", "Til Bo", "0000.00.00001", "2026-05-20"):  # fmt: skip
        assert value in said
    for value in ("Ida Prøve 3", "ida3@home.example", "Bo Prøve 1", "bo1@shop.example"):
        assert value not in said


def test_each_item_has_its_purposes_and_its_day(shop: Story) -> None:
    household(shop)
    found = told(shop)
    kept = items(found, "orders")["total"]
    assert [(one.purpose.id, one.last) for one in kept.lasting] == [
        ("bookkeeping", day("2031-12-31")),
        ("complaints", day("2031-05-25")),
        ("orders", day("2026-08-25")),
        ("payments", day("2026-08-20")),
    ]
    assert kept.goes == day("2032-01-01")
    assert items(found, "orders")["greeting"].goes == day("2026-08-26")
    assert items(found, "customer_history")["field"].goes == day("2027-05-02")
    open_ended = items(found, "newsletter")["email"]
    assert (open_ended.goes, [str(one.waits) for one in open_ended.lasting]) == (
        None,
        ["at most 0 days from subscription.consent_withdrawn"],
    )


def there(shop: Story, on: date) -> set[tuple[str, str]]:
    """Return (table, column) of all that is told on a day; what is left of stripped rows does not count."""
    found = told(shop, on=str(on))
    return {(item.table, value.name) for item in found.items if not item.bare for value in item.values}


def test_what_is_told_to_go_on_a_day_goes_on_that_day(shop: Story) -> None:
    """The day before it is there; on its day the sweep takes it."""
    household(shop)
    goes: dict[date, set[tuple[str, str]]] = {}
    for item in told(shop).items:
        if item.goes:
            names = {(item.table, value.name) for value in item.values if value.afterwards == "erase"}
            goes.setdefault(item.goes, set()).update(names)
    assert len(goes) > 3
    swept = day(TODAY)
    for on, what in sorted(goes.items()):
        if on - timedelta(days=1) > swept:
            shop.keeps(on - timedelta(days=1))
        assert what <= there(shop, on - timedelta(days=1)), on
        shop.keeps(on)
        assert not what & there(shop, on), on
        swept = on


def test_a_password_is_told_to_be_there_and_not_shown(shop: Story) -> None:
    household(shop)
    said = document(told(shop))
    (secret,) = [one for item in said["items"] for one in item["data"] if one["name"] == "password_hash"]
    assert (secret["value"], secret["withheld"]) == (None, True)
    assert "no-hash" not in json.dumps(said)


def test_a_legal_hold_has_no_day(shop: Story) -> None:
    customer(shop, 2, "2014-01-01")
    found = told(shop, 2)
    assert all(item.held and item.goes is None for item in found.items)


def test_an_address_is_told_and_that_others_live_there(shop: Story) -> None:
    household(shop)
    assert items(told(shop), "addresses")["street"].also_others
    customer(shop, 5, "2026-01-01", at=address(shop, 2))
    assert not items(told(shop, 5), "addresses")["street"].also_others


def test_what_ones_row_says_about_anothers_leads_no_further(shop: Story) -> None:
    """A question about somebody else's parcel tells neither what was in it nor where it went."""
    household(shop)
    away = address(shop, 2)
    order(shop, 9, 3, "2026-05-20", to=away)
    ticket(shop, 9, customer_id=1, order_id=9)
    said = told(shop)
    assert {item.key for item in said.items if item.table == "addresses"} == {(1,)}
    assert {item.key for item in said.items if item.table == "orders"} == {(1,)}
    assert (9,) in {item.key for item in said.items if item.table == "tickets"}


def test_all_of_article_15_is_there(shop: Story) -> None:
    household(shop)
    said = document(told(shop))
    assert said["missing"] == []
    assert said["controller"]["name"] == "Eksempelbutikken AS"
    assert {one["id"] for one in said["recipients"]} == {"carrier", "payment_service", "hosting", "accountant"}
    assert all(one["role"] for one in said["recipients"])
    assert {one["id"] for one in said["sources"]} == {"person", "payment_service", "shop"}
    assert {one["article"] for one in said["purposes"]} >= {"GDPR art. 6(1)(a)", "GDPR art. 6(1)(c)"}
    assert said["rights"] == [
        "access", "rectification", "erasure", "restriction", "portability", "withdrawal", "objection",
    ]  # fmt: skip
    assert said["authority"]["name"] == "Datatilsynet"


def test_that_nothing_is_held_is_an_answer_too(shop: Story) -> None:
    assert (told(shop, 99).items, document(told(shop, 99))["items"]) == ((), [])
    found = erased(shop, 99)
    assert (found.is_done, found.went.rows) == (True, 0)
    assert shop.entries("erasure") == []


def test_what_the_policy_does_not_say_makes_the_answer_incomplete(story: Open) -> None:
    shop = story(SHOP, policy=[("    recipients: [payment_service]\n    sources: [person, payment_service]\n",
                                "    recipients: [payment_service]\n")])  # fmt: skip
    household(shop)
    assert set(told(shop).missing) == {"15(1)(g)"}


# Erasure


def test_consent_ends_and_what_else_holds_stays_with_its_reason(shop: Story) -> None:
    household(shop)
    before = of(shop, 3)
    found = erased(shop)
    assert of(shop, 3) == before
    assert found.is_done
    assert shop.keys("newsletter") == {"ida3@home.example"}
    grounds = {one.purpose.id for item in found.stays for one in item.lasting}
    assert grounds == {"accounts", "change_log", "orders", "payments", "complaints", "bookkeeping", "support"}
    begun, done = shop.entries("erasure")
    assert (begun["does"], done["does"], done["left"]) == ("begun", "done", 0)
    assert begun["rows"] == done["rows"] == found.went.rows == 1
    assert "person" in begun["sealed"]


def test_a_preview_says_what_will_be_done_and_does_nothing(shop: Story) -> None:
    household(shop)
    before = shop.whole()
    seen = preview(shop.company, who(1), day(TODAY), WEB)
    assert shop.whole() == before
    done = erased(shop, objected=WEB)
    assert [one.document() for one in seen.plan.statements] == [one.document() for one in done.plan.statements]
    assert {(item.table, value.name) for item in seen.stays for value in item.values} == {
        (item.table, value.name) for item in done.stays for value in item.values
    }


def test_objections_end_what_rests_on_an_interest_and_nothing_else(shop: Story) -> None:
    policy = shop.company.policy
    assert ends(policy) == {"newsletter", "catalogue"}
    assert ends(policy, frozenset({"support"})) == {"newsletter", "catalogue", "support"}
    with pytest.raises(Refused, match="Nobody can object to bookkeeping"):
        ends(policy, frozenset({"bookkeeping"}))
    with pytest.raises(Refused, match="There is no purpose nonsense"):
        ends(policy, frozenset({"nonsense"}))


def test_a_table_that_is_stopped_leaves_the_request_open(shop: Story) -> None:
    household(shop)
    shop.run("CREATE TABLE seen (n INTEGER)")
    if shop.engine.dialect.name == "sqlite":
        shop.run("CREATE TRIGGER looks AFTER DELETE ON newsletter BEGIN INSERT INTO seen VALUES (1); END")
    else:
        shop.run(
            "CREATE FUNCTION looks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "CREATE TRIGGER looks AFTER DELETE ON newsletter FOR EACH ROW EXECUTE FUNCTION looks()",
        )
    shop.reopens()
    found = erased(shop)
    assert not found.is_done
    assert [one.table for one in found.stops] == ["newsletter"]
    assert {item.table for item in found.left} == {"newsletter"}


def test_what_waits_for_an_approval_waits_here_as_well(story: Open) -> None:
    plain = "    kept_by: software\n    parts:\n      storage: {keep: [closed_accounts]}\n"
    waits = plain.replace("    parts:", "    approval: 1\n    approvers: [Kari]\n    parts:")
    shop = story(SHOP, policy=[(plain, waits)])
    customer(shop, 1, "2026-01-01", deleted=1, deleted_at="2026-01-02T12:00:00")
    found = erased(shop)
    assert (found.went.rows, found.is_done) == (0, False)
    assert {item.table for item in found.left} == {"customers"}
    (waiting,) = requested(found)["awaiting"]
    assert (waiting["promise"], waiting["needed"], waiting["given"]) == ("SH-01", 1, 0)
    assert {one["table"] for one in waiting["statements"]} == {"customers"}
    decide(shop.company, shop.noon(TODAY), day(TODAY), promise="SH-01", by="Kari", says="yes")
    again = erased(shop)
    assert (again.is_done, requested(again)["awaiting"]) == (True, [])
    assert shop.row("customers", 1) is None


def test_a_clock_that_looks_wrong_is_asked_about(shop: Story) -> None:
    """One set forward would erase what the law keeps."""
    household(shop)
    shop.keeps("2026-05-31")
    before = shop.whole()
    with pytest.raises(NeedsConfirmation, match="clock"):
        erase(shop.company, lambda: shop.noon("2050-01-01").replace(year=2400), who(1))
    assert shop.whole() == before
    assert shop.entries("erasure") == []


def test_what_goes_by_request_is_counted_before_it_goes(shop: Story) -> None:
    for number in range(1, 14):
        if number != 2:  # who is in dispute
            customer(shop, number, "2026-01-01")
            order(shop, number, number, "2026-04-10", to=address(shop, number), status="cancelled")
    shop.keeps("2026-04-30")
    erased(shop, 1, frozenset({"cancelled_orders"}))
    assert 1 not in shop.keys("orders")
    kinds = [one["kind"] for one in shop.entries()]
    assert kinds.index("figures") < kinds.index("batch")
    april = monthly(shop)["2026-04"]
    assert [count for _, count, _ in april] == [12]


def test_a_killed_erasure_is_never_entered_as_done(story: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = story(SHOP, receipts=False)
    household(shop)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as amid:
        amid.setattr("holdord.stores.walk.Walk.apply", killed)
        with pytest.raises(KeyboardInterrupt):
            erased(shop)
    shop.reopens()
    assert "ida1@home.example" in shop.keys("newsletter")
    again = erased(shop)
    assert (again.went.rows, again.is_done) == (1, True)
    assert sum(one["rows"] for one in shop.entries("batch")) == 1


def test_who_else_a_shared_record_is_about_is_not_told(shop: Story) -> None:
    household(shop)
    said = document(told(shop))
    assert all("key" not in item for item in said["items"])


def test_erasing_twice_changes_nothing(shop: Story) -> None:
    household(shop)
    assert erased(shop, objected=WEB).went.rows
    again = erased(shop, objected=WEB)
    assert (again.went.rows, again.is_done) == (0, True)
    assert len(shop.entries("erasure")) == 2


def test_the_evidence_of_a_request_names_nobody(shop: Story) -> None:
    household(shop)
    book.register(
        shop.company, shop.noon(TODAY), asks_for="erasure", person=who(1), channel="email", received=day(TODAY)
    )
    erased(shop, objected=WEB)
    book.close(shop.company, shop.noon(TODAY), 1, "answered")
    said = json.dumps(shop.entries())
    assert "customer" not in {part for one in shop.entries("request") for part in one.values() if isinstance(part, str)}
    for value in ("Ida", "home.example", '"1"', "[1]"):
        assert value not in said


def test_several_are_erased_at_once_with_evidence_for_each(shop: Story) -> None:
    household(shop)
    for number in (1, 3):
        book.register(
            shop.company, shop.noon(TODAY), asks_for="erasure", person=who(number), channel="email", received=day(TODAY)
        )
    ended = ends(shop.company.policy, WEB)
    askers = [(who(1), 1), (who(3), 2)]
    found = erase_all(shop.company, lambda: shop.noon(TODAY), askers, ended, confirmed=True)
    assert found.is_done
    assert found.rows == sum(one["rows"] for one in shop.entries("batch"))
    assert not {"ida1@home.example", "ida3@home.example"} & shop.keys("newsletter")
    told = shop.entries("erasure")
    assert [(one["does"], one["people"]) for one in told] == [("begun", 2), ("begun", 2), ("done", 2), ("done", 2)]
    whose = [one["sealed"]["person"] for one in told]
    assert len(set(whose)) == 4
    again = erase_all(shop.company, lambda: shop.noon(TODAY), askers, ended, confirmed=True)
    assert (again.rows, again.is_done) == (0, True)


def test_more_people_than_go_in_one_transaction_are_erased_range_by_range(
    shop: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who goes whole and who is stripped have numbers that lie apart: every range must reach both."""
    monkeypatch.setattr(execute, "_ONCE", 0)
    for number in (1, 3, 4, 50, 51):
        customer(shop, number, "2026-01-01", at=address(shop, number))
    for number in (50, 51):
        order(shop, number, number, "2026-05-20", to=number, delivered="2026-05-25")
        payment(shop, number, number, "2026-05-20")
    askers = [(who(number), None) for number in (1, 3, 4, 50, 51)]
    ended = frozenset({"accounts", *ends(shop.company.policy, WEB)})
    found = erase_all(shop.company, lambda: shop.noon(TODAY), askers, ended, confirmed=True)
    assert found.is_done
    assert {one.table for one in found.plan.statements if one.columns} & {"customers", "orders"}
    assert shop.keys("customers") == {50, 51}
    assert found.rows == sum(one["rows"] for one in shop.entries("batch"))


def test_people_of_several_classes_are_not_answered_at_once(shop: Story) -> None:
    household(shop)
    for askers in ([], [(who(1), None), (who(1, "employee"), None)]):
        with pytest.raises(Refused, match="of one class"):
            erase_all(shop.company, lambda: shop.noon(TODAY), askers, frozenset(), confirmed=True)
    assert not shop.entries("erasure")


def test_a_killed_erasure_leaves_no_address_of_nobody(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    customer(shop, 1, "2026-01-01", at=address(shop, 1))
    apply = Walk.apply

    def killed(walk: Walk, connection: Connection, statement: Statement, part: Range) -> int:
        if statement.table == "addresses":
            raise KeyboardInterrupt
        return apply(walk, connection, statement, part)

    def asks() -> bool:
        ended = frozenset({"accounts", *WEB})
        return erase_all(shop.company, lambda: shop.noon(TODAY), [(who(1), None)], ended, confirmed=True).is_done

    with monkeypatch.context() as amid:
        amid.setattr(Walk, "apply", killed)
        with pytest.raises(KeyboardInterrupt):
            asks()
    assert shop.row("customers", 1)
    assert asks()
    assert not shop.row("customers", 1)
    assert not shop.row("addresses", 1)


def test_a_value_that_is_no_date_is_told_as_it_is(shop: Story) -> None:
    if shop.engine.dialect.name != "sqlite":
        return  # other databases take none
    customer(shop, 1, "2026-01-01")
    shop.run("UPDATE customers SET birthday = 'in spring'")
    (birthday,) = (value for item in told(shop).items for value in item.values if value.name == "birthday")
    assert birthday.value == "in spring"


def test_a_sweep_after_an_erasure_counts_what_it_did(shop: Story) -> None:
    household(shop)
    shop.keeps("2026-05-31")
    erased(shop)
    shop.keeps(TODAY)
    (_, sweep) = shop.entries("sweep")
    assert sum(one["rows"] for one in sweep["promises"].values()) >= 1


# The book


Asks = Callable[..., booked.Request]


@pytest.fixture
def asks(shop: Story) -> Asks:
    customer(shop, 1, "2026-01-01")

    def ask(received: str = "2026-11-25", on: str = "2026-11-25", **said: Any) -> booked.Request:
        known: dict[str, Any] = {"asks_for": "access", "person": who(1), "channel": "letter", **said}
        return book.register(shop.company, shop.noon(on), received=day(received), **known)

    return ask


def test_time_runs_from_the_day_on_which_a_request_came(shop: Story, asks: Asks) -> None:
    one = asks(on="2026-12-10")
    assert (one.number, one.due, one.state) == (1, day("2026-12-28"), "open")
    assert (one.late(day("2026-12-28")), one.late(day("2026-12-29"))) == (False, True)
    with pytest.raises(Refused, match="lies ahead"):
        asks(received="2026-12-11", on="2026-12-10")


def test_two_months_more_once_within_the_first_and_for_a_reason(shop: Story, asks: Asks) -> None:
    asks()
    with pytest.raises(Refused, match="needs a reason"):
        book.extend(shop.company, shop.noon("2026-12-01"), 1, " ")
    with pytest.raises(Refused, match="only be extended within the first"):
        book.extend(shop.company, shop.noon("2026-12-29"), 1, "many requests")
    one = book.extend(shop.company, shop.noon("2026-12-28"), 1, "many requests")
    assert one.due == day("2027-02-25")
    with pytest.raises(Refused, match="extended already"):
        book.extend(shop.company, shop.noon("2026-12-28"), 1, "many requests")


def test_a_promise_of_less_is_not_taken_back_by_the_law(story: Open) -> None:
    shop = story(
        SHOP,
        policy=[
            ("requests: {to: personvern@shop.example}", "requests: {to: personvern@shop.example, within: 30 days}")
        ],
    )
    customer(shop, 1, "2026-01-01")
    noon = shop.noon("2026-11-25")
    one = book.register(
        shop.company, noon, asks_for="access", person=who(1), channel="email", received=day("2026-11-25")
    )
    assert one.due == day("2026-12-25")
    with pytest.raises(Refused, match="does not take that back"):
        book.extend(shop.company, noon, 1, "many requests")
    with shop.evidence() as state:
        assert booked.find(state, shop.company.policy, 1).extended_for == ""


def test_a_refusal_has_a_reason_and_a_closed_request_can_come_back(shop: Story, asks: Asks) -> None:
    asks()
    noon = shop.noon("2026-12-01")
    with pytest.raises(Refused, match="needs a reason"):
        book.close(shop.company, noon, 1, "refused")
    closed = book.close(shop.company, noon, 1, "refused", "asked a hundred times")
    assert (closed.state, closed.closed_on, closed.reason) == ("refused", day("2026-12-01"), "asked a hundred times")
    with pytest.raises(Refused, match="is closed: refused"):
        book.close(shop.company, noon, 1, "answered")
    back = book.reopen(shop.company, shop.noon("2026-12-02"), 1, "it was the first time")
    assert (back.state, back.due, back.reason) == ("open", day("2026-12-28"), "it was the first time")
    with pytest.raises(Refused, match="is open"):
        book.reopen(shop.company, noon, 1, "again")
    assert [one["does"] for one in shop.entries("request")] == ["registered", "refused", "reopened"]


def test_what_is_due_soonest_comes_first_and_closed_ones_last(shop: Story, asks: Asks) -> None:
    for received in ("2026-11-25", "2026-11-01", "2026-11-20"):
        asks(received=received)
    book.close(shop.company, shop.noon("2026-12-01"), 2, "answered")
    with shop.evidence() as state:
        assert [one.number for one in booked.listed(state, shop.company.policy)] == [3, 1]
        assert [one.number for one in booked.listed(state, shop.company.policy, closed=True)] == [3, 1, 2]
        with pytest.raises(Refused, match="no request 7"):
            booked.find(state, shop.company.policy, 7)


def test_a_request_goes_three_years_after_its_answer_and_its_commitments_open_no_more(shop: Story, asks: Asks) -> None:
    asks()
    asks()
    asks()
    for number in (1, 3):
        book.close(shop.company, shop.noon("2026-12-01"), number, "answered")
    with shop.evidence() as state:
        salts = {one: log.salt(state, one, "person") for one in range(5)}
    assert None not in salts.values()

    def numbers(on: str) -> list[int]:
        shop.keeps(on)
        with shop.evidence() as state:
            return [one.number for one in booked.listed(state, shop.company.policy, closed=True)]

    assert numbers("2029-12-01") == [2, 1, 3]
    assert numbers("2029-12-02") == [2, 3]  # the open one, and the number of the newest, which nobody may get
    with shop.evidence() as state:
        assert [log.salt(state, one, "person") for one in range(5)] == [None, salts[1], None, None, None]
        forgotten = booked.of_number(state, shop.company.policy, 3)
    assert forgotten is not None
    assert forgotten.person.key == ()
    assert asks(received="2029-12-02", on="2029-12-02").number == 4
    assert numbers("2029-12-03") == [2, 4]


# Who it is


def test_an_address_finds_whose_it_is_and_tells_nobody_apart_where_several_have_it(shop: Story) -> None:
    household(shop)
    assert by_email(shop.company, " IDA1@home.example ").people == (who(1),)
    assert by_email(shop.company, "ida1@home.example").is_one
    ticket(shop, 7, email="ida1@home.example", customer_id=3, order_id=3)
    found = by_email(shop.company, "ida1@home.example")
    assert (set(found.people), found.is_one) == ({who(1), who(3)}, False)


@pytest.mark.parametrize("written", ["Ida.Bo@Home.Example", "ida.bo@home.example", " IDA.BO@HOME.EXAMPLE "])
def test_an_address_is_known_in_whatever_letters_it_was_written_down(shop: Story, written: str) -> None:
    customer(shop, 1, "2026-01-01", email=" Ida.Bo@Home.Example")
    customer(shop, 2, "2026-01-01", email="ida-bo@home.example")
    assert by_email(shop.company, written).people == (who(1),)
    customer(shop, 3, "2026-01-01", email="ida.BO@home.example")
    found = by_email(shop.company, written)
    assert (set(found.people), found.is_one) == ({who(1), who(3)}, False)


@pytest.mark.parametrize("written", ["Åse@Home.example", "Åse@home.EXAMPLE"])
def test_letters_that_a_database_does_not_fold_are_found_as_they_stand(shop: Story, written: str) -> None:
    customer(shop, 1, "2026-01-01", email="Åse@Home.Example")
    assert by_email(shop.company, written).people == (who(1),)


@pytest.mark.parametrize(
    ("country", "kept", "written"),
    [
        ("NO", "+47 22 33 44 55", "22334455"),
        ("NO", "22334455", "+47 22 33 44 55"),
        ("NO", "0047-22334455", "22 33 44 55"),
        ("NO", "22.33.44.55", "004722334455"),
        ("NO", "47223344", "+4747223344"),
        ("DK", "(22) 33 44 55", "+4522334455"),
        ("SE", "070-123 45 67", "+46701234567"),
        ("SE", "+46 70 123 45 67", "0701234567"),
        ("NO", "+44 20 7946 0958", "00442079460958"),
    ],
)
def test_a_number_is_known_however_it_was_written_down(shop: Story, country: str, kept: str, written: str) -> None:
    customer(shop, 1, "2026-01-01", phone=kept)
    customer(shop, 2, "2026-01-01", phone="+49 22334455")
    controller = replace(shop.company.policy.controller, country=country)
    company = replace(shop.company, policy=replace(shop.company.policy, controller=controller))
    assert by_value(company, "contact.phone", written).people == (who(1),)
    assert by_value(company, "contact.phone", written[:-1] + "9").people == ()


def test_somebody_elses_address_in_ones_records_identifies_nobody(shop: Story) -> None:
    customer(shop, 1, "2026-01-01", email="ida@home.example")
    ticket(shop, 7, email="friend@home.example", customer_id=1)
    found = by_email(shop.company, "friend@home.example")
    assert (found.people, found.own, found.is_one) == ((who(1),), (), False)
    assert by_email(shop.company, "ida@home.example").is_one


def test_an_address_of_nobody_and_one_that_leads_nowhere(shop: Story) -> None:
    subscription(shop, "bo@home.example")
    assert by_email(shop.company, "nobody@home.example").people == ()
    found = by_email(shop.company, "bo@home.example")
    assert (found.people, found.loose, found.is_one) == ((), 1, False)


def test_a_mailbox_identifies_nobody_by_itself(shop: Story) -> None:
    customer(shop, 1, "2026-01-01", email="post@firm.example")
    found = by_email(shop.company, "post@firm.example")
    assert (found.people, found.is_mailbox, found.is_one) == ((who(1),), True, False)
