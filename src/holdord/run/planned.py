"""A plan that was made earlier and kept as JSON: what it allows a sweep of now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from holdord.errors import Refused
from holdord.plan.statements import Plan


def date_of(planned: Mapping[str, Any]) -> date:
    """Return the date of a plan made earlier.

    Raises:
        Refused: It has none.
    """
    try:
        return date.fromisoformat(str(planned["at"]))
    except (KeyError, ValueError) as error:
        raise Refused("The file is no plan of holdord: it has no date.") from error


def check_bounds(plan: Plan, planned: Mapping[str, Any]) -> None:
    """Check that ``plan`` does nothing that the plan made earlier did not say.

    Raises:
        Refused: When the policy changed, a statement is new, or one means more rows.
    """
    if planned.get("policy") != plan.policy:
        raise Refused("The policy changed since the plan was made. Make a new one.")
    try:
        bounds = {
            (said["table"], said["action"], tuple(said["columns"])): int(said["rows"]) for said in planned["statements"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("The file is no plan of holdord: its statements cannot be read.") from error
    for statement in plan.statements:
        names = tuple(column.name for column in statement.columns)
        bound = bounds.get((statement.table, statement.action, names))
        if bound is None or statement.rows > bound:
            raise Refused(
                f"The plan said {bound or 0} rows of {statement.table} ({statement.action}); now it would be "
                f"{statement.rows}. The data changed since: make a new plan."
            )
