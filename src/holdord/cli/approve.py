"""``holdord approve``: a yes or a no to what a promise lets go."""

from contextlib import closing
from typing import Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put
from holdord.now import now, today


def approve(
    folder: Folder,
    promise: Annotated[str, typer.Option("--promise", metavar="ID", help="The promise that waits.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so: one of the policy's approvers.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept beside the evidence, not in it.")] = "",
    plan: Annotated[str, typer.Option("--plan", metavar="DIGEST", help="The plan that was looked at.")] = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no, and take back every yes before.")] = False,
    as_json: AsJson = False,
) -> int:
    """Say yes or no to what a promise lets go now. Status 0: nothing of it waits any more, 1: some does."""
    from holdord.run.approve import decide
    from holdord.run.due import waits_for
    from holdord.run.folder import open_company

    with closing(open_company(folder)) as company:
        moment = now()
        entry, found = decide(
            company,
            moment,
            today(company.policy.controller.zone, moment),
            promise=promise,
            by=by,
            says="no" if refuse else "yes",
            reason=reason,
            plan=plan,
        )
    waits = next((one for one in found.plan.awaiting if one.promise == promise), None)
    if as_json:
        put(
            {
                "promise": promise,
                "says": "no" if refuse else "yes",
                "entry": entry,
                "plan": found.plan.digest,
                "waits": waits.document() if waits else None,
            }
        )
        return 1 if waits else 0
    console = output()
    console.print(escape(f"{promise}: {'refused' if refuse else 'approved'}, entry {entry} of the ledger."))
    if waits:
        console.print(escape(f"It waits {waits_for(waits)}."))
    else:
        console.print(escape(f"The next sweep carries it out: holdord keep {folder}"), soft_wrap=True)
    return 1 if waits else 0
