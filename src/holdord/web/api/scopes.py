"""What a token may be good for."""

from typing import Literal, get_args

Scope = Literal[
    "board:read",
    "data:read",
    "ledger:read",
    "metrics:read",
    "plan:read",
    "requests:read",
    "requests:write",
    "tasks:write",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
MEANS: dict[Scope, str] = {
    "board:read": "the board, tasks, health",
    "data:read": "answers to people, which hold personal data",
    "ledger:read": "the evidence",
    "metrics:read": "`/metrics`, beside the API: counts for whoever watches the program",
    "plan:read": "what is due",
    "requests:read": "requests, restrictions and letters, without who they are about",
    "requests:write": "write requests down and answer them, which may erase",
    "tasks:write": "say that a task was done, or that somebody looked at data again",
}
