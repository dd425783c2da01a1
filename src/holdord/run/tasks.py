"""What a person must do and prove: the tasks of a policy's promises, their proofs, and what waits (GDPR art. 5(2), 24).

A proof says who did it, on which day, in their words, and may name a file by its SHA-256; the file stays with the
company. It lies in ``holdord_proof``; the log has salted commitments to all but the promise, the part, the day and the
policy. A task that nobody proved is *waiting*. A proof counts for as long as the task says; afterwards it is *waiting*
again, and *broken* ``GRACE`` later. A proof is told by promise and part: where a task becomes another one, its part
gets another name, and nothing that was proved before counts for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import BinaryIO, Literal

from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.calendar import due_on
from holdord.policy.model import Policy
from holdord.policy.part import Task
from holdord.run.company import Company
from holdord.run.reasons.reason import Reason, reason, told

GRACE = timedelta(days=30)
"""How long a proof may be out of date before the promise is broken."""
State = Literal["kept", "waiting", "broken"]
_ORDER: tuple[State, ...] = ("broken", "waiting", "kept")
_NAME, _TEXT = 200, 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What somebody said about a task that they did.

    Attributes:
        given: The day on which it was done.
        file_digest: SHA-256 of a file that shows it, hexadecimal, or empty.
        entry: The log's entry that says so.
    """

    given: date
    by_whom: str = field(repr=False)
    says: str = field(repr=False)
    file_digest: str
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a task stands on a day.

    Attributes:
        proof: The latest, or None.
        due: When it must be done again, or None where nobody did it, or once is enough.
    """

    promise: str
    part: str
    task: Task
    proof: Proof | None
    due: date | None
    state: State

    @property
    def reason(self) -> Reason:
        """Why it stands so."""
        who, what = self.task.who, self.task.what.rstrip(".")
        if self.proof is None:
            return reason("task_open", who=who, what=what)
        if self.state == "kept" or self.due is None:
            return reason("task_proved", day=self.proof.given, what=what)
        return reason("task_again", who=who, due=self.due, day=self.proof.given, what=what)

    @property
    def why(self) -> str:
        """What the board says of it, in English."""
        return told(self.reason)


Proofs = Mapping[tuple[str, str], Proof]
"""Promise and part → the latest proof."""


def proofs(connection: Connection) -> Proofs:
    """Return the latest proof of each part."""
    query = text("SELECT * FROM holdord_proof ORDER BY given, number")
    return {
        (row.promise, row.part): Proof(
            given=date.fromisoformat(row.given),
            by_whom=row.by_whom,
            says=row.says,
            file_digest=row.file_digest or "",
            entry=row.entry,
        )
        for row in connection.execute(query)
    }


def standing(promise: str, part: str, task: Task, known: Proofs, at: date) -> Standing:
    """Return how one task stands on a day."""
    proof = known.get((promise, part))
    due = due_on(proof.given, task.every) if proof is not None and task.every is not None else None
    state: State = "waiting" if proof is None else "kept"
    if due is not None and at >= due:
        state = "waiting" if at < due + GRACE else "broken"
    return Standing(promise=promise, part=part, task=task, proof=proof, due=due, state=state)


def listed(company: Company, now: datetime) -> list[Standing]:
    """Return how all tasks stand: broken ones first, then those that wait, then by the day on which they are due."""
    at = today(company.policy.controller.zone, now)
    with company.state.snapshot() as connection:
        known = proofs(connection)
    found = [standing(promise, part, task, known, at) for promise, part, task in _tasks(company.policy)]
    return sorted(found, key=lambda one: (_ORDER.index(one.state), one.due or date.max))


def open_(company: Company, now: datetime) -> list[Standing]:
    """Return the tasks that wait for somebody, those that wait longest first."""
    return [one for one in listed(company, now) if one.state != "kept"]


def give(
    company: Company,
    now: datetime,
    promise: str,
    part: str,
    *,
    by_whom: str,
    says: str,
    file: BinaryIO | None = None,
    given: date | None = None,
) -> Standing:
    """Write down that a task was done, and return how it stands now.

    Args:
        company: The folder.
        now: When it is written down.
        promise: Whose task it is.
        part: Which part of it.
        by_whom: Who did it, a role or a name.
        says: What they say about it.
        file: What shows it; only its digest is kept.
        given: The day on which it was done; today where nothing is said.

    Raises:
        Refused: There is no such task, the day lies ahead, or nobody or nothing is said.
    """
    task = _task(company.policy, promise, part)
    at = today(company.policy.controller.zone, now)
    day = given or at
    if day > at:
        raise Refused(f"A proof cannot be of {day}, which lies ahead.")
    by_whom, says = _said("Who did it", by_whom, _NAME), _said("What was done", says, _TEXT)
    digest = _digest(file) if file is not None else ""
    entry: dict[str, str] = {
        "kind": "proof",
        "promise": promise,
        "part": part,
        "given": day.isoformat(),
        "policy": company.policy.digest,
    }
    sealed = {"by_whom": by_whom, "says": says} | ({"file": digest} if digest else {})
    with company.state.writing() as connection:
        (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
        connection.execute(
            text(
                "INSERT INTO holdord_proof (number, promise, part, given, by_whom, says, file_digest, entry) "
                "SELECT coalesce(max(number), 0) + 1, :promise, :part, :given, :by_whom, :says, :file, :entry "
                "FROM holdord_proof"
            ),
            {
                "promise": promise,
                "part": part,
                "given": day.isoformat(),
                "by_whom": by_whom,
                "says": says,
                "file": digest or None,
                "entry": index,
            },
        )
        return standing(promise, part, task, proofs(connection), at)


def rests_on(policy: Policy, connection: Connection) -> Iterator[tuple[int, str]]:
    """Yield the entries of the log that tasks rest on, with whose they are."""
    known = proofs(connection)
    for promise, part, _ in _tasks(policy):
        if (promise, part) in known:
            yield known[promise, part].entry, f"it is the last proof of promise {promise}, part {part}"


def _tasks(policy: Policy) -> Iterator[tuple[str, str, Task]]:
    for promise in policy.promises.values():
        for part in promise.parts:
            if part.task is not None:
                yield promise.id, part.name, part.task


def _task(policy: Policy, promise: str, part: str) -> Task:
    known = {(name, one): task for name, one, task in _tasks(policy)}
    if (promise, part) not in known:
        names = ", ".join(" ".join(one) for one in known) or "none; a policy names them below 'tasks:'"
        raise Refused(f"There is no task {promise} {part}. Those of the policy: {names}.")
    return known[promise, part]


def _digest(file: BinaryIO) -> str:
    whole = sha256()
    while block := file.read(1 << 20):
        whole.update(block)
    return whole.hexdigest()


def _said(what: str, said: str, most: int) -> str:
    said = said.strip()
    if not said:
        raise Refused(f"{what} is not said.")
    if len(said) > most:
        raise Refused(f"{what} is said in at most {most} characters.")
    if not all(letter.isprintable() or letter in "\n\t" for letter in said.replace("\r\n", "\n")):
        raise Refused(f"{what} has characters that cannot be printed.")
    return said
