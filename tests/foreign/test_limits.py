"""Restriction, objection, withdrawal: what a person takes from the use of their data, and what comes of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.plan.statements import Statement
from holdord.run.requests import book, booked, limits, placed
from holdord.run.requests.book import forget
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import Handled, look
from holdord.run.requests.erasure import erase
from holdord.run.requests.handle import finish, handle, refuse
from holdord.run.requests.incoming import receive
from holdord.run.requests.limited import beside, ended, listed, of, why_not
from holdord.run.requests.page.html import page
from holdord.run.requests.wish import AsksFor
from holdord.run.sweep import watching
from holdord.stores.base import Range
from holdord.stores.walk import Walk
from tests.foreign.shopping import customer
from tests.foreign.story import Story, day
from tests.foreign.test_shop_requests import TODAY, household, who

OLD = "2020-01-01"
"""An account that was opened then, and never used, is due."""


def asks(shop: Story, wanted: AsksFor, number: int = 1, on: str = TODAY, **wish: object) -> Request:
    return book.register(
        shop.company, shop.noon(on), asks_for=wanted, person=who(number), channel="letter", received=day(on), wish=wish
    )


def answered(shop: Story, one: Request, on: str = TODAY) -> Handled:
    """Do what a request asks for, and close it where that is all."""
    found = handle(shop.company, lambda: shop.noon(on), one.number, confirmed=True)
    if found.complete:
        finish(shop.company, shop.noon(on), one.number, found)
    return found


def restricted(shop: Story, number: int = 1, on: str = TODAY) -> int:
    """Restrict a customer's data, and open the folder again; return the restriction's number."""
    placed = limits.restrict(shop.company, shop.noon(on), who(number), "claims", "A quarrel about a lamp.")
    shop.reopens()
    return placed.number


def lifted(shop: Story, number: int, on: str) -> None:
    limits.announce(shop.company, shop.noon(day(on) - placed.NOTICE), number, "It is settled.")
    limits.lift(shop.company, shop.noon(on), number)
    shop.reopens()


# Restriction (art. 18)


def test_restricted_data_outlive_their_day_and_go_after_lifting(shop: Story) -> None:
    customer(shop, 1, OLD)
    customer(shop, 3, OLD)
    number = restricted(shop)
    before = shop.row("customers", 1)
    shop.keeps(TODAY)
    assert shop.row("customers", 1) == before
    assert shop.row("customers", 3) is None
    lifted(shop, number, "2026-06-20")
    shop.keeps("2026-06-20")
    assert shop.row("customers", 1) is None


def test_a_sweep_ends_when_a_restriction_is_placed_amid_it(shop: Story) -> None:
    customer(shop, 1, OLD)
    watch: Callable[[], None] = watching(shop.company)
    watch()
    placed = limits.restrict(shop.company, shop.noon(TODAY), who(1), "unlawful", "They want it kept.")
    with pytest.raises(Refused, match="restriction was placed or lifted"):
        watch()
    with pytest.raises(Refused, match="restriction was placed or lifted"):
        shop.keeps(TODAY)
    assert shop.row("customers", 1) is not None
    assert placed.holds


def test_a_company_that_was_opened_before_erases_nothing_for_a_person_either(shop: Story) -> None:
    household(shop)
    limits.restrict(shop.company, shop.noon(TODAY), who(1), "claims", "A quarrel.")
    before = shop.whole()
    with pytest.raises(Refused, match="restriction"):
        erase(shop.company, lambda: shop.noon(TODAY), who(1), confirmed=True)
    assert {table: rows for table, rows in shop.whole().items() if not table.startswith("holdord")} == {
        table: rows for table, rows in before.items() if not table.startswith("holdord")
    }


def test_a_restriction_is_a_hold_whose_name_says_nobody(shop: Story) -> None:
    restricted(shop)
    (hold,) = (one for one in shop.company.policy.holds if one.id.startswith("restriction"))
    assert (hold.id, hold.records, hold.review) == ("restriction-1", (who(1),), day(TODAY) + placed.REVIEW)
    with shop.company.state.snapshot() as connection:
        holds = beside(connection, shop.company.policy).holds
        assert [one.id for one in holds[-1:]] == ["restriction-1"]
        assert why_not(connection, who(1), "accounts").startswith("The data are restricted since 2026-06-01")
        assert why_not(connection, who(3), "accounts") == ""


def test_a_person_is_told_before_a_restriction_is_lifted(shop: Story) -> None:
    number = restricted(shop)
    with pytest.raises(Refused, match="Tell the person first"):
        limits.lift(shop.company, shop.noon(TODAY), number)
    limits.announce(shop.company, shop.noon(TODAY), number, "It is settled.")
    with pytest.raises(Refused, match="ends on 2026-06-08, not before"):
        limits.lift(shop.company, shop.noon("2026-06-07"), number)
    assert limits.lift(shop.company, shop.noon("2026-06-08"), number).how == "lifted"
    with pytest.raises(Refused, match="no restriction that stands"):
        limits.lift(shop.company, shop.noon("2026-06-08"), number)


@pytest.mark.parametrize(("ground", "reason"), [("because", "x"), ("claims", "  ")])
def test_a_restriction_needs_a_ground_of_the_law_and_a_reason(shop: Story, ground: str, reason: str) -> None:
    with pytest.raises(Refused):
        limits.restrict(shop.company, shop.noon(TODAY), who(1), ground, reason)  # type: ignore[arg-type]


def test_a_number_is_never_given_twice(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    one = asks(shop, "restriction", ground="claims")
    answered(shop, one)
    shop.reopens()
    lifted(shop, 1, "2026-06-20")
    with shop.company.state.writing() as connection:
        assert forget(connection, day("2030-01-01"), 1096, placed.forget) == 1
        assert of(connection, who(1)) == []
    assert limits.restrict(shop.company, shop.noon(TODAY), who(3), "claims", "Another.").number == 2


# Objection (art. 21)


def test_an_objection_to_what_ends_on_request_is_absolute(shop: Story) -> None:
    household(shop)
    others = shop.row("newsletter", "ida3@home.example")
    found = answered(shop, asks(shop, "objection", purposes=["catalogue"]))
    assert (found.complete, found.document["decision"]) == (True, "marketing")
    with shop.company.state.snapshot() as connection:
        assert ended(connection, who(1)) == {"catalogue"}
        assert "objected" in why_not(connection, who(1), "catalogue")
        assert listed(connection) == []
    assert shop.row("newsletter", "ida3@home.example") == others


def test_any_other_objection_waits_and_holds_until_it_is_weighed(shop: Story) -> None:
    household(shop)
    one = asks(shop, "objection", purposes=["support"])
    found = answered(shop, one)
    assert (found.complete, found.document["decision"]) == (False, "open")
    shop.reopens()
    with shop.company.state.snapshot() as connection:
        (waits,) = listed(connection)
        assert (waits.waits, waits.holds, ended(connection, who(1))) == (True, True, frozenset())
    before = shop.row("tickets", 1)
    limits.weigh(shop.company, shop.noon(TODAY), waits.number, upheld=True, reason="They are right.")
    shop.reopens()
    found = answered(shop, one)
    assert (found.complete, found.document["decision"]) == (True, "upheld")
    assert before is not None
    assert shop.row("tickets", 1) is None, "what support alone held is gone (art. 17(1)(c))"
    assert shop.row("tickets", 3) is not None


def test_an_objection_that_is_overruled_has_reasons_and_ends_nothing(shop: Story) -> None:
    household(shop)
    one = asks(shop, "objection", purposes=["support"])
    answered(shop, one)
    with pytest.raises(Refused, match="reasons"):
        limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=False, reason=" ")
    limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=False, reason="A case is running.")
    shop.reopens()
    found = answered(shop, one)
    assert (found.document["decision"], found.document["reason"]) == ("rejected", "A case is running.")
    assert shop.row("tickets", 1) is not None
    with pytest.raises(Refused, match="no objection that waits"):
        limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=True, reason="Again.")


@pytest.mark.parametrize("purpose", ["bookkeeping", "accounts", "nonsense"])
def test_nobody_can_object_to_a_duty_a_contract_or_what_is_not_there(shop: Story, purpose: str) -> None:
    with pytest.raises(Refused):
        asks(shop, "objection", purposes=[purpose])


# Withdrawal (art. 7(3))


def test_a_withdrawal_ends_the_consents_that_it_names(shop: Story) -> None:
    household(shop)
    before = {table: rows for table, rows in shop.whole().items() if not table.startswith("holdord")}
    found = answered(shop, asks(shop, "withdrawal", purposes=["newsletter"]))
    assert found.complete
    after = {table: rows for table, rows in shop.whole().items() if not table.startswith("holdord")}
    gone = {table: len(before[table]) - len(after[table]) for table in before}
    assert {table: rows for table, rows in gone.items() if rows} == {"newsletter": 1}
    with pytest.raises(Refused, match="it rests on"):
        asks(shop, "withdrawal", purposes=["orders"])


def test_a_consent_that_is_withdrawn_stays_so_where_others_keep_the_same_data(shop: Story) -> None:
    household(shop)
    answered(shop, asks(shop, "withdrawal", purposes=["newsletter"]))
    answered(shop, asks(shop, "withdrawal", purposes=["newsletter"]))
    shop.reopens()
    with shop.company.state.snapshot() as connection:
        one, other = of(connection, who(1))  # each request ends it by itself
        assert (one.ground, one.holds, one.ends_purpose) == ("withdrawn", False, True)
        assert other.ends_purpose
        assert why_not(connection, who(1), "newsletter").startswith("The person withdrew their consent on 2026-06-01")
        assert why_not(connection, who(1), "accounts") == ""
        assert listed(connection) == []
    with pytest.raises(Refused, match="Say how"):
        limits.renew(shop.company, shop.noon(TODAY), one.number, " ")
    limits.renew(shop.company, shop.noon("2026-07-01"), one.number, "By the form of July 1.")
    with shop.company.state.snapshot() as connection:
        assert why_not(connection, who(1), "newsletter") == ""
    with pytest.raises(Refused, match="ends no purpose"):
        limits.renew(shop.company, shop.noon("2026-07-01"), one.number, "Again.")


def test_an_erasure_after_a_withdrawal_or_an_objection_is_not_refused(shop: Story) -> None:
    household(shop)
    answered(shop, asks(shop, "withdrawal", purposes=["newsletter"]))
    answered(shop, asks(shop, "objection", purposes=["catalogue", "support"]))
    limits.weigh(shop.company, shop.noon(TODAY), 3, upheld=True, reason="They are right.")
    shop.reopens()
    assert answered(shop, asks(shop, "erasure")).complete


def test_a_request_that_is_refused_binds_nothing_any_more(shop: Story) -> None:
    household(shop)
    made = [
        receive(
            shop.company, shop.noon(TODAY), asks_for=wanted, person=who(1), channel="letter", received=day(TODAY),
            wish=wish, mandate=mandate,
        )
        for mandate in ("", "A stranger's letter")
        for wanted, wish in (
            ("withdrawal", {"purposes": ["newsletter"]}),
            ("objection", {"purposes": ["catalogue", "support"]}),
            ("restriction", {"ground": "accuracy" if mandate else "claims"}),
        )
    ]  # fmt: skip
    shop.reopens()
    for one in made:
        refuse(shop.company, shop.noon(TODAY), one.number, "We cannot tell that it is you.")
    with shop.company.state.snapshot() as connection:
        assert ended(connection, who(1)) == set()
        stands = listed(connection)
    assert {(one.ground, one.how, one.review) for one in stands} == {
        ("objection", "told", day("2026-06-08")),
        ("claims", "told", day("2026-06-08")),
    }


def test_a_refusal_of_before_is_no_word_of_a_decision(shop: Story) -> None:
    customer(shop, 1, OLD)
    one = asks(shop, "objection", purposes=["support"])
    answered(shop, one)
    limits.weigh(shop.company, shop.noon("2026-07-10"), 1, upheld=False, reason="A case is running.")
    book.close(shop.company, shop.noon("2026-07-01"), one.number, "refused", "Not you.")
    with pytest.raises(Refused, match="Answer request 1 first"):
        limits.lift(shop.company, shop.noon("2026-08-30"), 1)


def test_what_was_renewed_is_not_taken_back_by_answering_the_old_request(shop: Story) -> None:
    household(shop)
    one = receive(
        shop.company, shop.noon(TODAY), asks_for="withdrawal", person=who(1), channel="letter", received=day(TODAY),
        wish={"purposes": ["newsletter"]},
    )  # fmt: skip
    limits.renew(shop.company, shop.noon("2026-06-02"), 1, "By the form.")
    answered(shop, one, "2026-06-03")
    with shop.company.state.snapshot() as connection:
        assert ended(connection, who(1)) == set()
        assert len(of(connection, who(1))) == 1


# What stands in each other's way


def test_who_objected_is_told_before_an_overruled_objection_lets_go(shop: Story) -> None:
    customer(shop, 1, OLD)
    one = asks(shop, "objection", purposes=["support"])
    answered(shop, one)
    limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=False, reason="A case is running.")
    shop.reopens()
    shop.keeps("2026-06-30")
    assert shop.row("customers", 1) is not None, "they were not told yet"
    with pytest.raises(Refused, match="Answer request 1 first"):
        limits.lift(shop.company, shop.noon("2026-06-30"), 1)
    found = answered(shop, one, "2026-06-30")
    assert (found.document["decision"], found.document["until"]) == ("rejected", "2026-07-07")
    with pytest.raises(Refused, match="ends on 2026-07-07, not before"):
        limits.lift(shop.company, shop.noon("2026-07-06"), 1)
    assert limits.lift(shop.company, shop.noon("2026-07-07"), 1).how == "overruled"
    shop.reopens()
    shop.keeps("2026-07-07")
    assert shop.row("customers", 1) is None


def test_each_objection_is_told_its_own_decision(shop: Story) -> None:
    household(shop)
    one = asks(shop, "objection", purposes=["support", "change_log", "catalogue"])
    answered(shop, one)
    limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=True, reason="They are right.")
    limits.weigh(shop.company, shop.noon(TODAY), 2, upheld=False, reason="A case is running.")
    shop.reopens()
    found = answered(shop, one)
    told = [(each["decision"], each["reason"], each["until"]) for each in found.document["decisions"]]
    assert found.document["decision"] == "mixed"
    assert told == [
        ("upheld", "They are right.", None),
        ("rejected", "A case is running.", "2026-06-08"),
        ("marketing", None, None),
    ]
    for language, date in (("en", "8 June 2026"), ("nb", "8. juni 2026"), ("sv", "8 juni 2026")):
        shown = page(found.document, language)  # type: ignore[arg-type]
        assert "They are right." in shown
        assert "A case is running." in shown
        assert date in shown


@pytest.mark.parametrize("wanted", ["erasure", "withdrawal", "objection"])
def test_what_a_restriction_stopped_goes_with_the_sweep_once_it_is_lifted(shop: Story, wanted: AsksFor) -> None:
    household(shop)
    purposes = {"withdrawal": ["newsletter"], "objection": ["support"]}.get(wanted)
    wish = {"purposes": purposes} if purposes else {}
    held = restricted(shop)
    one = asks(shop, wanted, **wish)
    found = answered(shop, one)
    if wanted == "objection":
        limits.weigh(shop.company, shop.noon(TODAY), 2, upheld=True, reason="They are right.")
        shop.reopens()
        found = answered(shop, one)
    assert found.complete
    before = shop.row("newsletter", "ida1@home.example"), shop.row("tickets", 1)
    assert all(before)
    lifted(shop, held, "2026-06-20")
    with shop.company.state.snapshot() as connection:
        assert booked.listed(connection, shop.company.policy) == []
    shop.keeps("2026-06-20")
    gone = shop.row("tickets", 1) if wanted == "objection" else shop.row("newsletter", "ida1@home.example")
    assert gone is None


def test_nothing_goes_that_nobody_asked_for(shop: Story) -> None:
    household(shop)
    answered(shop, asks(shop, "erasure", 3))
    answered(shop, asks(shop, "access"))
    shop.reopens()
    lifted(shop, restricted(shop), "2026-06-20")
    before = shop.row("newsletter", "ida1@home.example"), shop.row("tickets", 1)
    shop.keeps("2026-06-20")
    assert (shop.row("newsletter", "ida1@home.example"), shop.row("tickets", 1)) == before
    assert all(before)


def test_who_wanted_restriction_instead_of_erasure_may_ask_for_erasure_later(shop: Story) -> None:
    household(shop)
    for ground in ("unlawful", "claims"):
        limits.restrict(shop.company, shop.noon(TODAY), who(1), ground, "Their wish.")  # type: ignore[arg-type]
    limits.restrict(shop.company, shop.noon(TODAY), who(3), "unlawful", "Their wish.")
    receive(
        shop.company, shop.noon(TODAY), asks_for="erasure", person=who(1), channel="letter", received=day(TODAY)
    )  # fmt: skip
    with shop.company.state.snapshot() as connection:
        assert [(one.person, one.ground) for one in listed(connection)] == [(who(1), "claims"), (who(3), "unlawful")]


def test_a_restriction_that_comes_amid_a_batch_undoes_it(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 3):
        customer(shop, number, OLD)
    apply, seen = Walk.apply, list[str]()

    def placing(walk: Walk, connection: Connection, statement: Statement, part: Range) -> int:
        """Place a restriction as soon as the batch has begun, as the database lets another program do it."""
        if statement.table == "customers" and not seen:
            seen.append(statement.table)
            with shop.company.state.writing() as state:
                state.execute(
                    text(
                        "INSERT INTO holdord_restriction "
                        "(number, record_class, record_key, ground, since, review, entries) VALUES "
                        "(1, 'customer', '[1]', 'claims', '2026-06-01', '2026-07-01', '[]')"
                    )
                )
        return apply(walk, connection, statement, part)

    monkeypatch.setattr(Walk, "apply", placing)
    with pytest.raises(Refused, match="restriction was placed or lifted"):
        shop.keeps(TODAY)
    assert seen
    assert shop.row("customers", 1) is not None


# What is left of it


def test_what_was_said_is_forgotten_with_the_request_and_what_binds_is_kept(shop: Story) -> None:
    household(shop)
    secret = "Kari Hemmelig kari@secret.example"
    one = book.register(
        shop.company, shop.noon(TODAY), asks_for="objection", person=who(1), channel="letter", received=day(TODAY),
        wish={"purposes": ["support"]}, language="nb", email="kari@secret.example", mandate=secret,
    )  # fmt: skip
    book.accept_mandate(shop.company, shop.noon(TODAY), one.number, secret)
    answered(shop, one)
    limits.weigh(shop.company, shop.noon(TODAY), 1, upheld=False, reason=secret)
    shop.reopens()
    answered(shop, one)
    limits.lift(shop.company, shop.noon("2026-06-08"), 1)
    with shop.company.state.writing() as connection:
        assert forget(connection, day(TODAY) + timedelta(days=2000), 1096, placed.forget) == 1
        for table in ("holdord_request", "holdord_restriction"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert "secret" not in str(rows)
    assert "secret" not in str(shop.entries())
    assert "Kari" not in str(shop.entries())


def test_what_ended_long_ago_is_forgotten_though_nobody_asked_for_it_and_what_binds_is_kept(shop: Story) -> None:
    number = restricted(shop)
    lifted(shop, number, "2026-06-20")
    answered(shop, asks(shop, "objection", 3, purposes=["support"]))
    limits.weigh(shop.company, shop.noon(TODAY), 2, upheld=True, reason="Because of Kari.")
    with shop.company.state.writing() as connection:
        placed.expire(connection, day("2026-06-21"), 1096)
        assert [one.outcome for one in listed(connection, over=True)] == ["It is settled.", "Because of Kari."]
        placed.expire(connection, day("2030-06-21"), 1096)
        (left,) = listed(connection, over=True)
        assert (left.person, left.purpose, left.outcome) == (who(3), "support", "")
        assert ended(connection, who(3)) == {"support"}


def test_a_restriction_holds_from_the_day_on_which_it_came(shop: Story) -> None:
    customer(shop, 1, OLD)
    receive(
        shop.company, shop.noon(TODAY), asks_for="restriction", person=who(1), channel="letter", received=day(TODAY),
        wish={"ground": "claims"}, email="ida1@home.example",
    )  # fmt: skip
    shop.reopens()
    shop.keeps(TODAY)
    assert shop.row("customers", 1) is not None
    with shop.company.state.snapshot() as connection:
        assert [one.ground for one in listed(connection)] == ["claims"]


def test_looking_changes_nothing(shop: Story) -> None:
    household(shop)
    asked = [
        asks(shop, "access"),
        asks(shop, "erasure"),
        asks(shop, "restriction", ground="accuracy"),
        asks(shop, "objection", purposes=["support"]),
        asks(shop, "withdrawal", purposes=["newsletter"]),
        asks(shop, "portability"),
        asks(shop, "rectification", changes=[{"category": "contact.phone", "old": None, "new": "1"}]),
    ]
    before = shop.whole()
    with shop.company.state.snapshot() as connection:
        log_before = (log.size(connection), listed(connection, over=True))
    for one in asked:
        assert look(shop.company, one, day(TODAY)).document
    assert shop.whole() == before
    with shop.company.state.snapshot() as connection:
        assert (log.size(connection), listed(connection, over=True)) == log_before
