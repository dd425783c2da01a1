"""What a relation of a customer, supplier or partner leaves: agreements, orders, invoices, letters, notes."""

from collections.abc import Mapping
from typing import Any

from examples import fictions
from examples.book import Book
from examples.chance import TODAY, Chance
from examples.fictions import Fictions

Mix = Mapping[str, Any]
"""How a company's people are made up; the four ``people.py`` say what each key means."""


class Trade:
    """Tells relations into a book."""

    def __init__(self, book: Book, mix: Mix, pools: Fictions, chance: Chance) -> None:
        """Begin.

        Args:
            book: Where the rows go.
            mix: The company's mix.
            pools: Values to draw from.
            chance: Draws them.
        """
        self.book, self.mix, self.pools, self.chance = book, mix, pools, chance

    def _trade(self, person: int, kind: str) -> int:
        """Tell a relation with what was agreed, ordered, invoiced, written and noted in it."""
        chance, add, how = self.chance, self.book.add, self.mix[kind]
        start = chance.below(TODAY - 20)
        end = None if chance.happens(how["running"]) else start + 30 + chance.span(how["lasting"])
        end = end if end is not None and end < TODAY else None
        span = (TODAY if end is None else end) - start + 1
        project, place = chance.happens(how["projects"]), self._place()
        name = f"{chance.pick(self.pools.first)[0]} {chance.pick(self.pools.last)[0]}"
        organisation = self._organisation() if chance.happens(how["business"]) else None
        title = chance.say("titles") if chance.happens(0.7) else None
        wishes = chance.say("interests") if chance.happens(0.2) else None
        relation = add("relations", person, kind, organisation, title, wishes, chance.day(start), chance.day(end))
        if chance.happens(how["agreements"]):
            self._agreement(relation, start, end, project)
        for _ in range(chance.some(how["orders"])):
            self._order(relation, start + chance.below(span), project, name, place)
        for _ in range(chance.some(how["invoices"])):
            issued = start + chance.below(span)
            paid = None if chance.happens(how["unpaid"]) else issued + 3 + chance.below(40)
            self._invoice(relation, issued, paid, project, name, place)
        for _ in range(chance.some(how["letters"])):
            sent, material = start + chance.below(span), chance.happens(0.3)
            dated = material and (end is not None or chance.happens(0.9))
            concerns = (sent if end is None else end) if dated else None
            self._letter(person, sent, relation, material=material, project=project, concerns=concerns)
        for _ in range(chance.some(how["notes"])):
            self._note(person, start + chance.below(span), relation)
        return min(start, self._trade(person, kind)) if chance.happens(how["again"]) else start

    def _agreement(self, relation: int, start: int, end: int | None, project: bool) -> None:
        chance = self.chance
        signed = start + chance.below(min(60, (TODAY if end is None else end) - start))
        ended = chance.later(signed, TODAY - signed) if end is None and chance.happens(0.25) else end  # replaced
        title, body, primary = chance.say("agreements"), chance.say("terms"), chance.happens(0.7)
        self.book.add("agreements", relation, title, body, primary, project, chance.day(signed), chance.day(ended))

    def _order(self, relation: int, ordered: int, project: bool, name: str, place: str) -> None:
        chance, add = self.chance, self.book.add
        phone, delivered = fictions.phone(self.mix["country"], relation), ordered + 2 + chance.below(20)
        days = chance.day(ordered), chance.past(delivered)
        order = add("orders", relation, name, place, phone, None, chance.say("terms"), project, *days)
        for _ in range(1 + chance.below(2)):
            add("order_lines", order, chance.say("articles"), 1 + chance.below(9), 5_000 + chance.below(500_000))

    def _invoice(self, relation: int, issued: int, paid: int | None, project: bool, name: str, place: str) -> None:
        chance, add, price = self.chance, self.book.add, 10_000 + self.chance.below(2_000_000)
        number = self.book.last["invoices"] + 1
        reference, days = f"PO-{number % 9973:04d}", (chance.day(issued), chance.past(paid))
        add("invoices", relation, f"F{number:07d}", name, place, reference, price, project, *days)
        for _ in range(1 + chance.below(2)):
            add("invoice_lines", number, chance.say("articles"), 1 + chance.below(9), price)

    def _letter(
        self,
        person: int,
        sent: int,
        relation: int | None = None,
        *,
        material: bool = False,
        project: bool = False,
        concerns: int | None = None,
    ) -> None:
        chance, channel = self.chance, self.chance.say("letter_channels")
        terms = "2025-1" if channel == "chat" else None
        words = chance.pick(("in", "out")), chance.say("subjects"), chance.say("bodies"), terms
        flags = material, relation is not None and chance.happens(0.3), project
        days = chance.day(sent), chance.day(concerns)
        self.book.add("correspondence", person, relation, channel, *words, *flags, *days)

    def _note(self, person: int, taken: int, relation: int | None = None) -> None:
        chance = self.chance
        feedback = chance.say("feedback") if chance.happens(0.3) else None
        words = chance.say("note_channels"), chance.say("purposes"), chance.say("bodies"), feedback
        self.book.add("notes", person, relation, *words, chance.day(taken))

    def _organisation(self) -> int:
        """Return a company, a new one for three of five; people of one company share it."""
        known = self.book.last["organisations"]
        if known and self.chance.happens(0.4):
            return 1 + self.chance.below(known)
        number = f"{900_000_000 + known % 99_999_999:09d}"
        return self.book.add("organisations", number, self.chance.pick(self.pools.companies))

    def _place(self) -> str:
        return f"{self.chance.pick(self.pools.streets)} {1 + self.chance.below(90)}"
