"""Everything that can happen to several requests of one person, in any order, day after day: what must hold always.

A second person lives in the same house and asks nothing; what happens to the first one is none of theirs. Rows of the
newsletter are followed one by one: what somebody still consents to is there, what an answer ended goes as soon as
nothing holds it, and who comes after the person under the same key loses nothing.
"""

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from holdord.errors import Refused
from holdord.policy.model import Record
from holdord.run.requests import booked, gone, limited, limits, notified
from holdord.run.requests.access import access
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import accept_mandate, receive
from holdord.run.requests.limited import Limit
from tests.foreign.conftest import SHOP
from tests.foreign.shopping import address, customer, order, payment, subscription
from tests.foreign.story import Story, build, day

IDA, BO = Record(record_class="customer", key=(1,)), Record(record_class="customer", key=(3,))
WISHES: tuple[tuple[Any, dict[str, Any]], ...] = (
    ("erasure", {}),
    ("withdrawal", {"purposes": ["newsletter"]}),
    ("objection", {"purposes": ["catalogue"]}),
    ("objection", {"purposes": ["support"]}),
    ("objection", {"purposes": ["catalogue", "support"]}),
    ("restriction", {"ground": "accuracy"}),
    ("restriction", {"ground": "unlawful"}),
)
ENDS = ("erasure", "withdrawal")
"""What ends the consent to the newsletter."""
MOST = 4
Lives = Literal["live", "ended"]


class Requests(RuleBasedStateMachine):
    """One person's requests; the model follows what becomes of their consents."""

    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        url = f"sqlite:///{self.place / 'store.db'}"
        build(url, (SHOP / "schema.sql").read_text("utf-8"))
        self.shop = Story(SHOP, url, self.place / "folder")
        self.on = day("2026-06-01")
        self.asked = 0
        self.letters: dict[str, Lives] = {}
        self.renewed: dict[int, bool] = {}
        """Request that ends the newsletter → whether they consented again since."""
        self.told: dict[tuple[str, str], Any] = {}

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.place)

    @initialize()
    def opens(self) -> None:
        home = address(self.shop, 1)
        for number in (1, 3):
            customer(self.shop, number, "2024-01-01", at=home)
            order(self.shop, number, number, "2026-05-20", to=home, delivered="2026-05-25")
            payment(self.shop, number, number, "2026-05-20")
        self.bo = self.shop.row("customers", 3)
        subscription(self.shop, "bo@home.example", by=3)
        self.subscribes()

    # What people do

    @rule()
    def subscribes(self) -> None:
        mail = f"ida-{len(self.letters)}@home.example"
        subscription(self.shop, mail, by=1)
        self.letters[mail] = "live"

    @precondition(lambda self: self.asked < MOST)
    @rule(target=numbers, wanted=st.sampled_from(WISHES), unseen=st.booleans())
    def asks(self, wanted: tuple[Any, dict[str, Any]], unseen: bool) -> int:
        asks_for, wish = wanted
        made = receive(
            self.shop.company, self.now, asks_for=asks_for, person=IDA, channel="letter", received=self.on,
            wish=wish, mandate="a letter" if unseen else "",
        )  # fmt: skip
        self.asked += 1
        if asks_for in ENDS:
            self.renewed[made.number] = False
        return made.number

    @rule(number=numbers)
    def answers_back(self, number: int) -> None:
        with suppress(Refused):
            reopen(self.shop.company, self.now, number, "There is more.")

    # What staff do

    @rule(number=numbers)
    def sees_the_mandate(self, number: int) -> None:
        with suppress(Refused):
            accept_mandate(self.shop.company, self.now, number, "of May")

    @rule(number=numbers)
    def answers(self, number: int) -> None:
        request = self.request(number)
        held = self.is_held()
        try:
            found = handle(self.shop.company, lambda: self.now, number, confirmed=True)
        except Refused:
            return
        if request.asks_for in ENDS and not self.renewed[number] and request.gone is None:
            if found.complete:
                self.letters.update(dict.fromkeys(self.letters, "ended"))
            if not held:
                assert not self.mine(), "what is answered and held by nothing is gone"
                self.letters.clear()
        if found.complete:
            finish(self.shop.company, self.now, number, found)

    @rule(number=numbers)
    def refuses(self, number: int) -> None:
        with suppress(Refused):
            refuse(self.shop.company, self.now, number, "We cannot tell that it is you.")

    @rule(which=st.integers(0, 9), upheld=st.booleans())
    def weighs(self, which: int, upheld: bool) -> None:
        for one in self.of()[which : which + 1]:
            with suppress(Refused):
                limits.weigh(self.shop.company, self.now, one.number, upheld=upheld, reason="So it is.")

    @rule(which=st.integers(0, 9))
    def renews(self, which: int) -> None:
        for one in self.of()[which : which + 1]:
            try:
                limits.renew(self.shop.company, self.now, one.number, "By telephone.")
            except Refused:
                return
            if one.purpose == "newsletter":
                self.renewed = dict.fromkeys(self.renewed, True)
                self.letters = dict.fromkeys(self.letters, "live")

    @rule(which=st.integers(0, 9))
    def announces(self, which: int) -> None:
        for one in self.of()[which : which + 1]:
            with suppress(Refused):
                limits.announce(self.shop.company, self.now, one.number, "It was looked into.")

    @rule(which=st.integers(0, 9), later=st.sampled_from([0, 8]))
    def lifts(self, which: int, later: int) -> None:
        self.on += timedelta(days=later)
        for one in self.of()[which : which + 1]:
            with suppress(Refused):
                limits.lift(self.shop.company, self.now, one.number)

    # What goes by itself

    @rule(later=st.sampled_from([0, 1, 40]))
    def sweeps(self, later: int) -> None:
        self.on += timedelta(days=later)
        held, told = self.is_held(), self.days()
        self.shop.keeps(self.on)
        self.shop.keeps(self.on)  # and nothing more by the second
        if not held:
            self.letters = {mail: lives for mail, lives in self.letters.items() if lives == "live"}
            assert self.mine() == set(self.letters), "what ended is gone once nothing holds it"
            left = self.days()
            late = {what for what, goes in told.items() if goes <= self.on} & left.keys()
            assert not late, f"told to go by {self.on}, and there: {late}"

    @precondition(lambda self: self.asked)
    @rule()
    def somebody_else_gets_the_key(self) -> None:
        """The company erases the person by itself, and a new customer has the same number."""
        for table in ("newsletter", "customer_history", "tickets"):
            self.shop.run(f"DELETE FROM {table} WHERE customer_id = 1")
        self.shop.run(
            "DELETE FROM payments WHERE order_id = 1",
            "DELETE FROM order_lines WHERE order_id = 1",
            "DELETE FROM orders WHERE customer_id = 1",
            "DELETE FROM customers WHERE id = 1",
        )
        gone.look(self.shop.company, self.on)
        customer(self.shop, 1, str(self.on), at=1)
        self.letters = {}
        self.subscribes()
        with self.shop.evidence() as state:
            assert limited.of(state, IDA) == []
            assert booked.of_person(state, self.shop.company.policy, IDA) == []

    # What always holds

    @invariant()
    def the_folder_opens(self) -> None:
        self.shop.reopens()
        assert self.shop.company

    @invariant()
    def nobody_else_loses_anything(self) -> None:
        if self.on < day("2026-08-01"):  # later orders are over, and what they alone held goes
            assert self.shop.row("customers", 3) == getattr(self, "bo", None)
        if hasattr(self, "bo"):
            assert "bo@home.example" in self.shop.keys("newsletter")

    @invariant()
    def what_somebody_consents_to_is_there(self) -> None:
        assert {mail for mail, lives in self.letters.items() if lives == "live"} <= self.mine()

    @invariant()
    def nothing_is_asked_for_by_itself(self) -> None:
        with self.shop.evidence() as state:
            assert len(booked.listed(state, self.shop.company.policy, closed=True)) == self.asked

    @invariant()
    def nobody_waits_twice(self) -> None:
        with self.shop.evidence() as state:
            waits = [(one.request, one.recipient) for one in notified.waiting(state)]
        assert len(waits) == len(set(waits))

    # What is there

    @property
    def now(self) -> Any:
        return self.shop.noon(self.on)

    def request(self, number: int) -> booked.Request:
        with self.shop.evidence() as state:
            return booked.find(state, self.shop.company.policy, number)

    def of(self) -> list[Limit]:
        with self.shop.evidence() as state:
            return limited.of(state, IDA)

    def is_held(self) -> bool:
        return any(one.holds for one in self.of())

    def mine(self) -> set[str]:
        return {mail for mail in self.shop.keys("newsletter") if mail.startswith("ida-")}

    def days(self) -> dict[tuple[str, Any, str], Any]:
        """Return what they are told to go on a day: (table, key, column) → that day."""
        found = access(self.shop.company, IDA, self.on)
        return {
            (item.table, item.key, value.name): item.goes
            for item in found.items
            for value in item.values
            if item.goes is not None and value.afterwards == "erase" and not item.bare
        }


@pytest.mark.parametrize("examples", [40])
def test_whatever_happens_to_the_requests_of_one_person(examples: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    said = settings(
        max_examples=examples, stateful_step_count=14, deadline=None, suppress_health_check=checks, derandomize=True
    )
    run(Requests, settings=said)  # type: ignore[no-untyped-call]
