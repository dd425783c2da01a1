"""A plan as data: its stable JSON form, its digest, what it waits for, and the same in words."""

import hashlib
import json
from dataclasses import replace
from datetime import date

from holdord.plan.explain import explain, sentence
from holdord.plan.predicate import ALWAYS, DataColumn
from holdord.plan.statements import Awaiting, Ground, Meant, Plan, Statement
from holdord.policy.model import Finding

AT = date(2026, 6, 1)
CLUB = Ground(purpose="club", promise="P-1", limit="12 months", clock="joined", cutoff=date(2025, 5, 31), rows=2)
BOOKS = Ground(purpose="books", promise="P-2", limit="5 years", clock="issued", cutoff=None, rows=3)
IDLE = Ground(purpose="news", promise="P-3", limit="0 days", clock="ended", cutoff=AT, rows=0)
STRIP = Statement(
    number=1,
    promise="P-2",
    store="shop",
    table="customer",
    action="strip",
    columns=(
        DataColumn(column="name", category="contact.name", action="erase"),
        DataColumn(column="more", category="contact.phone", action="erase", path=("call", "at")),
    ),
    rows=4,
    grounds=(CLUB, IDLE, BOOKS),
    where=ALWAYS,
    settled=ALWAYS,
)
ERASE = replace(STRIP, number=2, promise="P-1", action="erase", columns=(), rows=1, grounds=(CLUB,))
COARSER = replace(STRIP, number=3, promise="", action="generalise", columns=STRIP.columns[:1], grounds=())
WAITS = Awaiting(
    promise="P-3",
    needed=2,
    given=1,
    since=date(2026, 5, 1),
    meant=(Meant(purpose="news", table="letter", action="strip", columns=("body",), rows=7),),
)
STOPPED = Finding(code="trigger", severity="stop", table="visit", text="visit has triggers.", promises=("P-1",))
NOTED = Finding(code="hold_review", severity="warning", table="", text="To be reviewed.", promises=())
PLAN = Plan(
    company="Shop AS",
    policy="abc",
    store="shop",
    at=AT,
    statements=(STRIP, ERASE, COARSER),
    findings=(STOPPED, NOTED),
    stopped=frozenset({"visit", "bill"}),
    awaiting=(WAITS,),
)
STRIP_DOCUMENT = {
    "number": 1,
    "promise": "P-2",
    "promises": ["P-2", "P-1"],
    "store": "shop",
    "table": "customer",
    "action": "strip",
    "columns": ["name", "more.call.at"],
    "rows": 4,
    "clock": "issued",
    "cutoff": None,
    "grounds": [
        {
            "purpose": "club",
            "promise": "P-1",
            "limit": "12 months",
            "clock": "joined",
            "cutoff": "2025-05-31",
            "rows": 2,
        },
        {"purpose": "news", "promise": "P-3", "limit": "0 days", "clock": "ended", "cutoff": "2026-06-01", "rows": 0},
        {"purpose": "books", "promise": "P-2", "limit": "5 years", "clock": "issued", "cutoff": None, "rows": 3},
    ],
}
WAITS_DOCUMENT = {
    "promise": "P-3",
    "needed": 2,
    "given": 1,
    "since": "2026-05-01",
    "refused": None,
    "statements": [{"purpose": "news", "table": "letter", "action": "strip", "columns": ["body"], "rows": 7}],
}


def test_a_statement_has_one_json_form() -> None:
    assert STRIP.document() == STRIP_DOCUMENT
    erased = ERASE.document()
    assert (erased["clock"], erased["cutoff"], erased["columns"]) == ("joined", "2025-05-31", [])
    none = COARSER.document()
    assert (none["promise"], none["promises"], none["clock"], none["cutoff"]) == ("", [""], "", None)


def test_what_waits_for_an_approval_has_one_json_form() -> None:
    assert WAITS.document() == WAITS_DOCUMENT
    assert replace(WAITS, refused=AT).document() == WAITS_DOCUMENT | {"refused": "2026-06-01"}


def test_a_plan_has_one_json_form_and_a_digest_of_it() -> None:
    body = {
        "at": "2026-06-01",
        "company": "Shop AS",
        "policy": "abc",
        "statements": [STRIP_DOCUMENT, ERASE.document(), COARSER.document()],
        "findings": [
            {
                "code": "trigger",
                "severity": "stop",
                "table": "visit",
                "promises": ["P-1"],
                "text": "visit has triggers.",
            },
            {"code": "hold_review", "severity": "warning", "table": "", "promises": [], "text": "To be reviewed."},
        ],
        "stopped": ["bill", "visit"],
        "awaiting": [WAITS_DOCUMENT],
    }
    said = PLAN.document()
    assert {name: value for name, value in said.items() if name != "digest"} == body
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert said["digest"] == PLAN.digest == hashlib.sha256(canonical.encode()).hexdigest()


def test_a_plan_counts_its_rows_and_names_each_stop_and_each_approval_that_it_waits_for() -> None:
    assert PLAN.rows == 4 + 1 + 4
    assert PLAN.waiting == ("approval P-3", "trigger visit")
    assert replace(PLAN, findings=(NOTED,), awaiting=()).waiting == ()


def test_words_begin_with_the_promise_that_leads_and_pass_by_what_held_nothing() -> None:
    lines = list(explain(PLAN))
    assert lines[0] == f"  1. {sentence(STRIP)}"
    assert [line.strip() for line in lines[1:3]] == [
        "P-2 books held 3: 5 years; started never",
        "P-1 club held 2: 12 months; started by 2025-05-31",
    ]
    assert lines[-2:] == ["STOP: visit has triggers.", "note: To be reviewed."]


def test_a_sentence_says_what_is_done_to_how_many_rows_and_why() -> None:
    assert sentence(STRIP) == (
        "Strip name, more.call.at in 4 rows of customer (P-2): nothing holds these columns any more."
    )
    assert sentence(ERASE) == "Erase 1 row of customer (P-1): nothing holds them any more."
    assert sentence(COARSER) == "Generalise name in 4 rows of customer: nothing holds these columns any more."
