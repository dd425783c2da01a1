"""What whoever watches the program wants to know, as Prometheus reads it: counts and ages, of nobody in particular.

It needs a token for ``metrics:read``. To trust this machine alone would trust everybody: behind the reverse proxy every
call comes from it. Text format 0.0.4 of Prometheus.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from holdord.ledger.checkpoints import last_checkpoint
from holdord.ledger.entry import moment_of
from holdord.ledger.note import read_checkpoint
from holdord.now import now, today
from holdord.run import outbox_lines, tasks
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.requests import booked
from holdord.run.requests.wish import ASKS_FOR
from holdord.run.shown import WORST
from holdord.web.api.tokens import known
from holdord.web.board.kept import BOARDS
from holdord.web.measured import BUCKETS, MEASURED

SCOPE = "metrics:read"
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the numbers to a program that shows a token for them."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    moment = now()
    token = known(settings.HOLDORD_FOLDER.path, moment, shown.strip()) if kind.lower() == "bearer" else None
    if token is None:
        answer = HttpResponse("A token is needed: holdord token new.\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = 'Bearer realm="holdord"'
        return answer
    if SCOPE not in token.scopes:
        return HttpResponse(f"This needs a token for {SCOPE}.\n", status=403, content_type="text/plain")
    with settings.HOLDORD_FOLDER.company() as company:
        lines = [*_of_company(company, moment), *_of_process()]
    return HttpResponse("\n".join(lines) + "\n", content_type=_TYPE)


def _of_company(company: Company, moment: datetime) -> Iterator[str]:
    at = today(company.policy.controller.zone, moment)
    with company.state.snapshot() as connection:
        asked = booked.listed(connection, company.policy)
        letters = Counter(one.state for one in outbox_lines.listed(connection))
        sweep, note = last_sweep(connection), last_checkpoint(connection)
    waiting = Counter(one.state for one in tasks.listed(company, moment))
    board = BOARDS.lately(company, moment)
    promises = Counter(one.state for one in board.board.promises)
    open_ = Counter(one.asks_for for one in asked)
    late = Counter(one.asks_for for one in asked if one.late(at))
    yield from _gauge(
        "requests_open", "Requests that wait for an answer.", "kind", {one: open_[one] for one in ASKS_FOR}
    )
    yield from _gauge("requests_late", "Those past their last day.", "kind", {one: late[one] for one in ASKS_FOR})
    states = {one: waiting[one] for one in ("waiting", "broken")}
    yield from _gauge("tasks", "Tasks of the policy that nobody has proved.", "state", states)
    mail = {"waiting": letters["waiting"], "failed": letters["given_up"]}
    yield from _gauge("outbox_letters", "Letters that were not sent.", "state", mail)
    yield from _gauge("promises", "Promises by state.", "state", {one: promises[one] for one in WORST})
    yield from _age("board_age_seconds", "How old the count of the promises is.", board.made, moment)
    if sweep is not None:
        yield from _age("last_sweep_age_seconds", "Since somebody looked.", moment_of(sweep.value["time"]), moment)
    if note is not None:
        signed = read_checkpoint(note.partition("\n\n")[0] + "\n").signed_at
        yield from _age("last_checkpoint_age_seconds", "Since the log was signed.", signed, moment)


def _of_process() -> Iterator[str]:
    status, within, seconds = MEASURED.read()
    name, took = "holdord_http_requests_total", "holdord_http_request_duration_seconds"
    yield from (f"# HELP {name} Answers of this process.", f"# TYPE {name} counter")
    yield from (f'{name}{{status="{one}"}} {count}' for one, count in sorted(status.items()))
    yield from (f"# HELP {took} How long they took.", f"# TYPE {took} histogram")
    ends = [*map(str, BUCKETS), "+Inf"]
    yield from (f'{took}_bucket{{le="{end}"}} {count}' for end, count in zip(ends, accumulate(within), strict=True))
    yield f"{took}_sum {seconds:.6f}"
    yield f"{took}_count {sum(within)}"


def _gauge(name: str, means: str, label: str, values: Mapping[str, int]) -> Iterator[str]:
    yield from (f"# HELP holdord_{name} {means}", f"# TYPE holdord_{name} gauge")
    yield from (f'holdord_{name}{{{label}="{one}"}} {value}' for one, value in values.items())


def _age(name: str, means: str, since: datetime, moment: datetime) -> Iterator[str]:
    yield from (f"# HELP holdord_{name} {means}", f"# TYPE holdord_{name} gauge")
    yield f"holdord_{name} {max((moment - since).total_seconds(), 0):.0f}"
