"""What of the evidence may be thrown away (GDPR art. 5(1)(e)), and throwing it away.

How much is the controller's to say. What the board still rests on stays whatever is said, and all after it: the last
sweep, the last entry of each promise, approvals that stand, the last proof of each task, what was answered within a
year, and what was last seen of the portal. Nothing is pruned while a stopped sweep is not settled.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256

from sqlalchemy import Connection, text

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import entry, log, prune
from holdord.ledger.checkpoints import checkpoint, last_checkpoint
from holdord.ledger.prune import Cut
from holdord.now import today
from holdord.run import asked, doors, tasks
from holdord.run.approvals import standing
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.stores.database import Database, wrapped


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What would go.

    Attributes:
        cut: The entries that go; None where none is old enough.
        size: How many entries there are and were.
        stays: Why fewer go than are old enough; empty where all do.
        note: The checkpoint to note first.
        digest: What a person says yes to.
    """

    cut: Cut | None
    size: int
    stays: str
    note: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """What went.

    Attributes:
        note: The signed checkpoint of the log afterwards.
        owed: What the database still owes, such as VACUUM; empty when nothing.
    """

    cut: Cut
    note: str
    owed: str


def propose(company: Company, before: date, now: datetime) -> Proposal:
    """Return what would go of what was written down before a date. Changes nothing.

    Raises:
        Refused: The date lies in the future, a stopped sweep is not settled, or what is old enough must stay.
    """
    with company.state.snapshot() as state:
        return _proposal(company, state, before, now)


def carry_out(company: Company, before: date, now: datetime, confirm: str) -> Done:
    """Prune what a person said yes to, and sign the log.

    Raises:
        Refused: As ``propose``; or something else would go than was said yes to, or nothing.
        VerificationError: The entries are not those that were signed; nothing went.
    """
    key = company.key()
    with company.state.writing() as state:
        log.lock(state)
        proposal = _proposal(company, state, before, now)
        if proposal.cut is None or confirm != proposal.digest:
            raise Refused("What would go now is not what was confirmed. Look at it again without --confirm.")
        size = proposal.cut.signed.size
        if prune.prune(state, size, now, vkey=key.vkey) is None:
            raise Refused("Nothing of it is there any more.")
        state.execute(text("DELETE FROM holdord_approval WHERE entry < :size"), {"size": size})
        note = checkpoint(state, key, now)
    return Done(cut=proposal.cut, note=note, owed=_settle_pages(company.state))


def question(proposal: Proposal, how: str) -> NeedsConfirmation:
    """Return the question that a person must answer first."""
    said = f"Pruned entries cannot be brought back. If they should go: {how} --confirm {proposal.digest}"
    return NeedsConfirmation(said, digest=proposal.digest, asks=({"guard": "prune", "table": "", "text": said},))


def _proposal(company: Company, state: Connection, before: date, now: datetime) -> Proposal:
    at = today(company.policy.controller.zone, now)
    if before > at:
        raise Refused(f"{before} is after today ({at}). Nothing is pruned ahead of its time.")
    if state.execute(text("SELECT count(*) FROM holdord_intent")).scalar_one():
        raise Refused("A sweep was stopped, and what it began is not settled. First: holdord keep")
    moment = datetime.combine(before, time.min, company.policy.controller.zone)
    wanted, stays = prune.find(state, moment), ""
    cut = wanted
    if wanted is not None:
        index, why = min(_needed(company, state, at))
        if index < wanted.signed.size:
            stays = f"Entry {index} stays, and all after it: {why}."
            cut = prune.find(state, moment, stay=index)
        if cut is None:
            raise Refused(f"Nothing may go. {stays}")
    said: dict[str, entry.Value] = {
        "origin": company.origin,
        "from": cut.first if cut else 0,
        "to": cut.signed.size if cut else 0,
        "root": cut.signed.root.hex() if cut else "",
    }
    return Proposal(
        cut=cut,
        size=log.size(state),
        stays=stays,
        note=last_checkpoint(state) or "",
        digest=sha256(entry.canonical(said)).hexdigest(),
    )


def _needed(company: Company, state: Connection, at: date) -> list[tuple[int, str]]:
    """Return the entries that must stay, and why."""
    sweep = last_sweep(state)
    if sweep is None:
        raise Refused("No sweep has looked yet, so nothing shows what the entries are still needed for: holdord keep")
    needed = [(sweep.index, "it is the last sweep")]
    for promise, said in sweep.value["promises"].items():
        if said.get("entry") is not None:
            needed.append((said["entry"], f"it is the last evidence of promise {promise}"))
    for promise, approvals in standing(company, state, at).items():
        needed += [(one.entry, f"it is an approval of promise {promise} that stands") for one in approvals]
    policy = company.policy
    return [
        *needed,
        *tasks.rests_on(policy, state),
        *asked.rests_on(policy, state, at),
        *doors.rests_on(policy, state),
    ]


def _settle_pages(database: Database) -> str:
    """Let go of what the pruned rows left behind, as far as a program may; return what is still owed."""
    if database.dialect != "sqlite":
        return "PostgreSQL still owes VACUUM: the pruned entries lie on its pages until then."
    with wrapped(database.name), database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    return "The write-ahead log is still read by someone; it empties at the next sweep." if busy else ""
