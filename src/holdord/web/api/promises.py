"""What programs see of promises, tasks, letters and the evidence."""

from itertools import islice

from holdord import __version__
from holdord.ledger import log
from holdord.ledger.checkpoints import last_checkpoint
from holdord.ledger.note import read_checkpoint
from holdord.run import outbox_lines, tasks
from holdord.run.board import board as board_of
from holdord.run.sweep import plan_of
from holdord.web.api import models
from holdord.web.api.call import Call, Route
from holdord.web.api.problem import Wrong


def board(call: Call) -> models.Board:
    """Return the board."""
    return models.Board.model_validate(board_of(call.company, call.clock()).document())


def plan(call: Call) -> models.Plan:
    """Return what is due. Changes nothing."""
    return models.Plan.model_validate(plan_of(call.company, call.sent.at or call.at).document())


def tasks_listed(call: Call) -> models.Tasks:
    """Return the tasks that wait, or all."""
    found = tasks.listed(call.company, call.clock())
    return models.Tasks(tasks=[_task(one) for one in found if call.sent.all or one.state != "kept"])


def proved(call: Call) -> models.Task:
    """Write down that a task was done."""
    sent = call.sent
    return _task(
        tasks.give(
            call.company,
            call.clock(),
            sent.promise,
            sent.part,
            by_whom=sent.by,
            says=sent.says,
            given=sent.given,
        )
    )


def letters(call: Call) -> models.Letters:
    """Return the letters that wait or were given up, or all."""
    with call.company.state.snapshot() as connection:
        found = outbox_lines.listed(connection, everything=call.sent.all)
    return models.Letters(letters=[models.Letter.model_validate(one) for one in found])


def checkpoint(call: Call) -> models.Checkpoint:
    """Return the checkpoint that was signed last.

    Raises:
        Wrong: Nothing was signed yet.
    """
    with call.company.state.snapshot() as connection:
        note = last_checkpoint(connection)
    if note is None:
        raise Wrong(404, "Nothing was signed yet: holdord keep signs.")
    signed = read_checkpoint(note)
    return models.Checkpoint(note=note, size=signed.size, signed_at=signed.signed_at)


def entries(call: Call) -> models.Entries:
    """Return entries of the log from a number on."""
    with call.company.state.snapshot() as connection:
        first, size = log.first(connection), log.size(connection)
        start = max(call.sent.start, first)
        found = [
            models.Entry(index=one.index, body=one.body.decode())
            for one in islice(log.read(connection, start, max(start, size)), call.sent.most)
        ]
    end = start + len(found)
    return models.Entries(entries=found, first=first, size=size, next=end if end < size else None)


def health(call: Call) -> models.Health:
    """Say that the policy loads and both databases answer."""
    with call.company.reading() as (_, state):
        size = log.size(state)
    return models.Health(version=__version__, policy=call.company.policy.digest, log=call.company.origin, size=size)


def _task(one: tasks.Standing) -> models.Task:
    proof = one.proof
    return models.Task(
        promise=one.promise,
        part=one.part,
        what=one.task.what,
        who=one.task.who,
        every=str(one.task.every) if one.task.every else None,
        state=one.state,
        due=one.due,
        given=proof.given if proof else None,
        by=proof.by_whom if proof else None,
        says=proof.says if proof else None,
        entry=proof.entry if proof else None,
    )


ROUTES = (
    Route(
        method="GET",
        path="board",
        name="getBoard",
        says="Every promise, and whether it is kept",
        scope="board:read",
        gives=models.Board,
        does=board,
    ),
    Route(
        method="GET",
        path="plan",
        name="getPlan",
        says="What is due and why; changes nothing",
        scope="plan:read",
        takes=models.On,
        gives=models.Plan,
        does=plan,
    ),
    Route(
        method="GET",
        path="tasks",
        name="listTasks",
        says="What waits for somebody, the worst first",
        scope="board:read",
        takes=models.All,
        gives=models.Tasks,
        does=tasks_listed,
    ),
    Route(
        method="POST",
        path="proofs",
        name="proveTask",
        says="Write down that a task was done",
        scope="tasks:write",
        takes=models.NewProof,
        gives=models.Task,
        status=201,
        does=proved,
    ),
    Route(
        method="GET",
        path="letters",
        name="listLetters",
        says="Letters that wait or were given up, addresses masked",
        scope="requests:read",
        takes=models.All,
        gives=models.Letters,
        does=letters,
    ),
    Route(
        method="GET",
        path="ledger/checkpoint",
        name="getCheckpoint",
        says="The checkpoint that was signed last",
        scope="ledger:read",
        gives=models.Checkpoint,
        does=checkpoint,
    ),
    Route(
        method="GET",
        path="ledger/entries",
        name="listEntries",
        says="Entries of the log from a number on",
        scope="ledger:read",
        takes=models.From,
        gives=models.Entries,
        does=entries,
    ),
    Route(
        method="GET",
        path="health",
        name="getHealth",
        says="Whether the policy loads and both databases answer",
        scope="board:read",
        gives=models.Health,
        does=health,
    ),
)
