"""``holdord token``: what programs show to the API."""

from typing import Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put, say
from holdord.now import now


def new(
    folder: Folder,
    name: Annotated[str, typer.Option("--name", help="Whose it is: small letters, digits and hyphens.")],
    scope: Annotated[
        list[str], typer.Option("--scope", help="What it is for, such as board:read; may be said several times.")
    ],
    days: Annotated[int, typer.Option("--days", help="How long it is good, 1 to 365.")] = 90,
) -> int:
    """Make a token for a program. It is shown once, and only a hash of it is kept."""
    from holdord.run.folder import read_policy
    from holdord.web.api import tokens

    read_policy(folder, quotes=False)  # a folder without a policy is none of ours
    made, shown = tokens.new(folder, now(), name, scope, days)
    say(f"The token {made.name} is good until {made.ends:%Y-%m-%d}. Keep it secret; it is not shown again:")
    output().print(escape(shown), soft_wrap=True)
    return 0


def listed(folder: Folder, as_json: AsJson = False) -> int:
    """The tokens, without their secrets. Status 0: all are good, 1: one or more ended."""
    from holdord.run.folder import read_policy
    from holdord.web.api import tokens

    read_policy(folder, quotes=False)
    found, moment = tokens.listed(folder), now()
    if as_json:
        put(
            {
                "tokens": [
                    {
                        "name": one.name,
                        "scopes": sorted(one.scopes),
                        "made": one.made.isoformat(),
                        "ends": one.ends.isoformat(),
                    }
                    for one in found
                ]
            }
        )
    elif not found:
        say("There are no tokens.")
    for one in found if not as_json else ():
        state = f"good until {one.ends:%Y-%m-%d}" if moment < one.ends else f"ended on {one.ends:%Y-%m-%d}"
        output().print(escape(f"{one.name}: {', '.join(sorted(one.scopes))}; {state}."), soft_wrap=True)
    return 1 if any(one.ends <= moment for one in found) else 0


def revoke(folder: Folder, name: Annotated[str, typer.Argument(metavar="NAME", help="The token's name.")]) -> int:
    """Make a token good for nothing, at once."""
    from holdord.run.folder import read_policy
    from holdord.web.api import tokens

    read_policy(folder, quotes=False)
    tokens.revoke(folder, name)
    say("It is good for nothing any more.")
    return 0
