"""A plan in words: what goes, from where, under which promise, by which clock and cut-off, and how many rows."""

from collections.abc import Iterator

from holdord.plan.statements import Plan, Statement


def heading(plan: Plan) -> str:
    """Return the plan's first line."""
    what = f"{plan.rows} rows are due" if plan.statements else "Nothing is due"
    return f"{plan.company}, {plan.at}: {what}. Plan {plan.digest[:16]}"


def explain(plan: Plan) -> Iterator[str]:
    """Yield the plan's lines after the heading."""
    for statement in plan.statements:
        yield f"{statement.number:>3}. {sentence(statement)}"
        for ground in sorted(statement.grounds, key=lambda ground: (ground.promise != statement.promise, -ground.rows)):
            if ground.rows:
                by = f"by {ground.cutoff}" if ground.cutoff else "never"
                promise = f"{ground.promise} " if ground.promise else ""
                yield f"       {promise}{ground.purpose} held {ground.rows}: {ground.limit}; started {by}"
    for finding in plan.findings:
        mark = "STOP" if finding.severity == "stop" else "note"
        yield f"{mark}: {finding.text}"


def sentence(statement: Statement) -> str:
    """Return what a statement does, in one sentence."""
    names = ", ".join(column.name for column in statement.columns)
    rows = f"{statement.rows} row{'s' if statement.rows != 1 else ''}"
    under = f" ({statement.promise})" if statement.promise else ""
    if statement.action == "erase":
        return f"Erase {rows} of {statement.table}{under}: nothing holds them any more."
    verb = "Strip" if statement.action == "strip" else "Generalise"
    return f"{verb} {names} in {rows} of {statement.table}{under}: nothing holds these columns any more."
