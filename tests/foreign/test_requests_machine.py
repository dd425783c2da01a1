"""Everything that can happen to several requests of one person, in any order, day after day: what must hold always.

A second person lives in the same house and asks nothing; what happens to the first one is none of theirs. Rows of the
newsletter are followed one by one: what somebody still consents to is there, what an answer ended goes as soon as
nothing holds it, and who comes after the person under the same key loses nothing.
"""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

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
MOST = 15
Lives = Literal["live", "ended"]
What = tuple[str, Any, str]
"""Table, key and column."""


class Requests:
    """One person's requests; the model follows what becomes of their consents."""

    def __init__(self, place: Path, seed: int) -> None:
        self.chance = Random(f"requests/{seed}")
        url = f"sqlite:///{place / 'store.db'}"
        build(url, (SHOP / "schema.sql").read_text("utf-8"))
        self.shop = Story(SHOP, url, place / "folder")
        self.on = day("2026-06-01")
        self.asked = self.written = 0
        self.most = MOST
        self.letters: dict[str, Lives] = {}
        self.renewed: dict[int, bool] = {}
        """Request that ends the newsletter → whether they consented again since."""
        self.told: dict[What, date] = {}
        """What they were told to go on a day, by the answers of which nothing was taken back since."""
        self.did: Counter[str] = Counter()

        home = address(self.shop, 1)
        for number in (1, 3):
            customer(self.shop, number, "2024-01-01", at=home)
            order(self.shop, number, number, "2026-05-20", to=home, delivered="2026-05-25")
            payment(self.shop, number, number, "2026-05-20")
        self.bo = self.shop.row("customers", 3)
        subscription(self.shop, "bo@home.example", by=3)
        self.subscribes()

    # What people do

    def subscribes(self) -> None:
        self.written += 1
        mail = f"ida-{self.written}@home.example"
        subscription(self.shop, mail, by=1)
        self.letters[mail] = "live"

    def asks(self) -> None:
        if self.asked == self.most:
            return
        asks_for, wish = self.chance.choice(WISHES)
        unseen = self.chance.random() < 0.25
        made = receive(
            self.shop.company, self.now, asks_for=asks_for, person=IDA, channel="letter", received=self.on,
            wish=wish, mandate="a letter" if unseen else "",
        )  # fmt: skip
        self.asked += 1
        if asks_for in ENDS:
            self.renewed[made.number] = False

    def answers_back(self) -> None:
        number = self.chance.randint(1, max(self.asked, 1))
        with suppress(Refused):
            reopen(self.shop.company, self.now, number, "There is more.")
            self.renewed |= {number: False} if number in self.renewed else {}

    # What staff do

    def restricts(self) -> None:
        with suppress(Refused):
            limits.restrict(self.shop.company, self.now, IDA, "claims", "A quarrel about a lamp.")

    def sees_the_mandate(self) -> None:
        number = self.chance.randint(1, max(self.asked, 1))
        with suppress(Refused):
            accept_mandate(self.shop.company, self.now, number, "of May")

    def answers(self) -> None:
        number = self.chance.randint(1, max(self.asked, 1))
        if number > self.asked:
            return
        request = self.request(number)
        held = self.is_held()
        try:
            found = handle(self.shop.company, lambda: self.now, number, confirmed=True)
        except Refused:
            return
        if request.asks_for in ENDS and not self.renewed[number] and request.gone is None:
            if found.complete:
                self.letters.update(dict.fromkeys(self.letters, "ended"))
                self.did["ended"] += held
            if not held:
                assert not self.mine(), "what is answered and held by nothing is gone"
                self.letters.clear()
        if found.complete:
            finish(self.shop.company, self.now, number, found)
            self.shop.reopens()
            self.told |= {} if request.gone else self.days()
            self.did["answered"] += 1

    def refuses(self) -> None:
        number = self.chance.randint(1, max(self.asked, 1))
        with suppress(Refused):
            refuse(self.shop.company, self.now, number, "We cannot tell that it is you.")

    def weighs(self) -> None:
        for one in self.some():
            with suppress(Refused):
                limits.weigh(
                    self.shop.company, self.now, one.number, upheld=self.chance.random() < 0.5, reason="So it is."
                )

    def renews(self) -> None:
        for one in self.some():
            try:
                limits.renew(self.shop.company, self.now, one.number, "By telephone.")
            except Refused:
                return
            self.told = {}
            self.did["renewed"] += 1
            if one.purpose == "newsletter":
                self.renewed = dict.fromkeys(self.renewed, True)
                self.letters = dict.fromkeys(self.letters, "live")

    def announces(self) -> None:
        for one in self.some():
            with suppress(Refused):
                limits.announce(self.shop.company, self.now, one.number, "It was looked into.")

    def lifts(self) -> None:
        for one in self.of():
            with suppress(Refused):
                limits.lift(self.shop.company, self.now, one.number)

    def settles(self) -> None:
        """Everything is weighed, announced and lifted as soon as it may be."""
        for one in self.of():
            with suppress(Refused):
                limits.weigh(self.shop.company, self.now, one.number, upheld=self.chance.random() < 0.5, reason="So.")
            with suppress(Refused):
                limits.announce(self.shop.company, self.now, one.number, "It was looked into.")
        self.on += timedelta(days=8)
        self.lifts()

    # What goes by itself

    def sweeps(self) -> None:
        self.on += timedelta(days=self.chance.choice([0, 1, 40, 200]))
        held, told = self.is_held(), self.days() | self.told
        assert not self.shop.swept(self.on).left.statements
        assert not self.shop.swept(self.on).rows, "nothing more by the second"
        self.did["swept and held"] += held
        if not held:
            self.did["went later"] += "ended" in self.letters.values()
            self.letters = {mail: lives for mail, lives in self.letters.items() if lives == "live"}
            assert self.mine() == set(self.letters), "what ended is gone once nothing holds it"
            left = self.days()
            due = {what for what, goes in told.items() if goes <= self.on}
            late = due & left.keys()
            self.did["told a day"] += len(due - left.keys())
            assert not late, f"told to go by {self.on}, and there: {late}"

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
        self.letters, self.told, self.most = {}, {}, self.asked + 3
        self.subscribes()
        with self.shop.evidence() as state:
            assert limited.of(state, IDA) == []
            assert booked.of_person(state, self.shop.company.policy, IDA) == []

    # What always holds

    def what_always_holds(self) -> None:
        """Whatever happened: the folder opens, nobody else loses anything, nothing is asked for by itself."""
        self.shop.reopens()
        assert self.shop.company
        if self.on < day("2026-08-01"):  # later the orders' time is over, and what they alone held goes
            assert self.shop.row("customers", 3) == self.bo
        assert "bo@home.example" in self.shop.keys("newsletter")
        live = {mail for mail, lives in self.letters.items() if lives == "live"}
        assert live <= self.mine(), "what somebody consents to is there"
        with self.shop.evidence() as state:
            assert len(booked.listed(state, self.shop.company.policy, closed=True)) == self.asked
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

    def some(self) -> list[Limit]:
        """Return one of what their requests bound, any."""
        return self.chance.sample(found, 1) if (found := self.of()) else []

    def is_held(self) -> bool:
        return any(one.holds for one in self.of())

    def mine(self) -> set[str]:
        return {mail for mail in self.shop.keys("newsletter") if mail.startswith("ida-")}

    def days(self) -> dict[What, date]:
        """Return what they are told to go on a day: (table, key, column) → that day."""
        found = access(self.shop.company, IDA, self.on)
        return {
            (item.table, item.key, value.name): item.goes
            for item in found.items
            for value in item.values
            if item.goes is not None and value.afterwards == "erase" and not item.bare
        }


def walk(place: Path, seed: int, steps: int = 60) -> Counter[str]:
    """Let one thing after the other happen; return what did."""
    one = Requests(place, seed)
    acts = [one.asks, one.asks, one.answers_back, one.subscribes, one.sees_the_mandate, one.refuses, one.renews]
    acts += [
        one.asks,
        one.restricts,
        *[one.answers] * 8,
        one.sweeps,
        one.sweeps,
        one.sweeps,
        one.weighs,
        one.announces,
        one.lifts,
    ]
    acts += [one.settles] * 4
    try:
        for step in range(steps):
            act = one.chance.choice(acts) if step != steps - 12 else one.somebody_else_gets_the_key
            what = f"{seed}: {step} {act.__name__} on {one.on}"
            try:
                act()
                one.what_always_holds()
            except AssertionError as error:
                raise AssertionError(what) from error
    finally:
        one.shop.close()
    return one.did


did: Counter[str] = Counter()


@pytest.mark.parametrize("seed", range(108, 116))
def test_whatever_happens_to_the_requests_of_one_person(tmp_path: Path, seed: int) -> None:
    did.update(walk(tmp_path, seed))


def test_it_did_happen() -> None:
    if not did:
        pytest.skip("run together with the walks")
    print(f"\n{dict(did)}")
    happens = ("answered", "ended", "renewed", "swept and held", "went later", "told a day")
    assert min(did[one] for one in happens) > 0
