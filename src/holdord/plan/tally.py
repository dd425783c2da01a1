"""What a candidate comes to: how many rows, which grounds once held them, and the promise that leads it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from holdord.plan.concerns import Concerns, Reader
from holdord.plan.ended import Ended
from holdord.plan.gathered import GatheredGrounds
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import ALWAYS, NEVER, KeyIn, Predicate, every, negated
from holdord.plan.refusals import Candidate
from holdord.plan.statements import KNOT, Ground, Knot, Statement
from holdord.plan.theirs import Theirs
from holdord.policy.purpose import Purpose


class Tally:
    """Counts candidates in one snapshot and makes statements of them.

    Attributes:
        exact: The rule, as batches ask it.
        reader: The snapshot.
        concerns: Are told of rows that no purpose ever held.
    """

    def __init__(self, exact: Grounds, reader: Reader, concerns: Concerns) -> None:
        self.exact = exact
        self.bound = exact.bound
        self.at = exact.at
        self.reader = reader
        self.concerns = concerns

    @cached_property
    def once(self) -> Grounds:
        """Who claimed rows until a limit ran out, at any time."""
        exact = self.exact
        past = Grounds(
            self.bound,
            self.at,
            exact.measure,
            exact.prefix,
            exact.as_of,
            past=True,
            whose=exact.whose,
            ended=exact.ended,
        )
        return past if exact.whose else GatheredGrounds(past, self.reader, "_once")

    @cached_property
    def lately(self) -> Grounds:
        """Who still claimed rows the day before, when nobody had ended anything."""
        exact, day_before = self.exact, self.at - timedelta(days=1)
        nothing = Ended(self.bound, over=())
        before = Grounds(self.bound, day_before, exact.measure, exact.prefix, exact.as_of, ended=nothing)
        if not exact.whose:
            return GatheredGrounds(before, self.reader, "_lately")
        asked = (day_before, exact.measure, exact.prefix, tuple(exact.as_of.items()))
        if self.bound.lately is None or self.bound.lately[0] != asked:
            self.bound.lately = (asked, before)  # the same for whoever asks on that day
        return self.bound.lately[1]

    def statement(self, table: str, one: Candidate) -> Statement | None:
        """Return the candidate as a statement, or None where it means no row."""
        few = self.reader.few(table, one.where) if isinstance(self.reader, Theirs) else None
        if few is not None:
            one = replace(one, where=few)
        if few == KeyIn(()) or (few is None and one.columns and not self.reader.any(table, one.where)):
            return None  # rows that go are known to be there
        rows, once, lately = self._tallied(table, one)
        if one.action == "erase" and max(once, default=0) < rows:
            lapsed = [self.once.claims(purpose, table) for purpose in one.purposes]
            (never,) = self.reader.count(table, every(one.where, *map(negated, lapsed)))
            if never:
                self.concerns.warn(
                    "never_claimed", f"{table}: {never} rows that go were never covered by a purpose.", table
                )
        return self._statement(table, one, rows + one.spare, once, lately)

    def asked(self, table: str, purposes: Sequence[Purpose]) -> tuple[list[Purpose], list[Predicate]]:
        """Return the purposes of which it is asked whether they once held a row, and all that is asked of each row."""
        asked = [purpose for purpose in purposes if not self.exact.is_sure(purpose, table)]
        tallies = [self.once.claims(purpose, table) for purpose in asked]
        tallies += [self.lately.claims(purpose, table) for purpose in (purposes if len(purposes) > 1 else ())]
        return asked, tallies

    def _tallied(self, table: str, one: Candidate) -> tuple[int, list[int], list[int]]:
        """Return the candidate's rows, and for each of its purposes how many it once held, and held until yesterday.

        What a purpose without conditions does not hold any more it once held: that is not asked. Nor is yesterday,
        where no other purpose could have held longer.
        """
        purposes = one.purposes
        asked, tallies = self.asked(table, purposes)
        rows, *each = self.reader.count(table, one.where, tallies)
        once = dict(zip((purpose.id for purpose in asked), each[: len(asked)], strict=True))
        lately = each[len(asked) :] or [0] * len(purposes)
        return rows, [once.get(purpose.id, rows) for purpose in purposes], lately

    def _statement(self, table: str, one: Candidate, rows: int, once: list[int], lately: list[int]) -> Statement:
        """Return the statement of a candidate.

        Args:
            table: The table.
            one: What is to be done.
            rows: How many rows that means.
            once: For each of its purposes, how many of them it once held.
            lately: For each of its purposes, how many of them it still held yesterday.
        """
        found = [
            Ground(
                purpose=purpose.id,
                promise=next(iter(self.bound.policy.promises_of(purpose.id)), ""),
                limit=str(purpose.limits[0]),
                clock=" or ".join(str(clock) for clock in purpose.limits[0].clocks),
                cutoff=self.exact.cutoff(purpose.limits[0]),
                rows=held,
            )
            for purpose, held in zip(one.purposes, once, strict=True)
        ]
        leading = max((ground for ground in found if ground.rows), key=self._weight, default=None)
        if max(lately, default=0) * 2 > rows:
            leading = found[lately.index(max(lately))]
        return Statement(
            number=0,
            promise=leading.promise if leading else "",
            store=self.bound.datamap.store,
            table=table,
            action=one.action,
            columns=one.columns,
            rows=rows,
            grounds=tuple(found),
            where=one.where,
            settled=one.settled,
            knot=self._knot(table) if one.action == "erase" else (),
        )

    def _knot(self, table: str) -> tuple[Knot, ...]:
        """Return how rows of the circle that hold each other are told from others, for each of its tables.

        Where somebody asks these are theirs: another one's rows wait for the sweep, though nothing holds them either.
        """
        return tuple(
            Knot(
                table=one,
                free=every(
                    about, negated(self.exact.stands(one)), negated(self.exact.kept_by_children(one, {})), open_
                ),
                tied=self.exact.tied(one, KNOT),
                cut=self.exact.ties(one),
            )
            for one in self.bound.circles.get(table, ())
            for open_ in [NEVER if one in self.concerns.stopped else ALWAYS]
            for about in [self.reader.about(one) if isinstance(self.reader, Theirs) else ALWAYS]
        )

    def _weight(self, ground: Ground) -> int:
        """Return the days that a ground held the rows of a statement, at the least.

        The greatest one leads the statement, unless most of its rows were held by one ground until yesterday.
        """
        return ground.rows * ((self.at - ground.cutoff).days if ground.cutoff else 0)
