"""``holdord review``: people whose data must be looked at again, and what came of it."""

from typing import Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.request import opened
from holdord.cli.say import output, put, say
from holdord.now import now

Purpose = Annotated[str, typer.Argument(help="The purpose that holds them, such as contacts.")]
Person = Annotated[str, typer.Argument(metavar="CLASS:KEY", help="Whose data: person:17.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who looked.")]


def listed(folder: Folder, purpose: Purpose, as_json: AsJson = False) -> int:
    """Who waits, the latest first. Status 0: nobody, 1: somebody."""
    from holdord.run import reviews
    from holdord.run.requests.who import said

    with opened(folder) as (company, at):
        found = reviews.due(company, reviews.of_purpose(company.policy, purpose), at)
    if as_json:
        rows = [
            {"person": said(one.person), "late": one.late, "asked": one.asked.isoformat() if one.asked else None}
            for one in found
        ]
        put({"reviews": rows})
    for one in found if not as_json else ():
        asked = f"asked on {one.asked}" if one.asked else "not asked"
        line = f"{said(one.person)}: {'more than a month late' if one.late else 'due'}, {asked}"
        output().print(escape(line), soft_wrap=True)
    if not found and not as_json:
        say("Nobody waits to be looked at again.")
    return 1 if found else 0


def seen(folder: Folder, purpose: Purpose, person: Person, by: By) -> int:
    """Write down that somebody looked and it is right as it stands."""
    return _done(folder, purpose, person, by, over=False)


def over(folder: Folder, purpose: Purpose, person: Person, by: By) -> int:
    """Write down that a person is not relevant any more: the next sweep erases what nothing else holds."""
    return _done(folder, purpose, person, by, over=True)


def _done(folder: Folder, purpose: str, person: str, by: str, *, over: bool) -> int:
    from holdord.run import reviews
    from holdord.run.requests.who import person_of

    with opened(folder, install=True) as (company, _):
        review = reviews.of_purpose(company.policy, purpose)
        reviews.done(company, now, review, person_of(company, person), "over" if over else "seen", by)
    say("It is written down.")
    return 0
