"""The commands, put together."""

import typer

from holdord import __version__
from holdord.cli import (
    answers,
    approve,
    check,
    compare,
    diff,
    figures,
    init,
    ledger,
    outbox,
    plan,
    read,
    rehearse,
    request,
    review,
    schema,
    serve,
    status,
    task,
    token,
    work,
    write,
)

app = typer.Typer(
    name="holdord",
    help="Keeps what a privacy notice promises, in the company's data, and shows the proof.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
evidence = typer.Typer(help="The evidence.", no_args_is_help=True, rich_markup_mode=None)
requests = typer.Typer(help="What people ask for.", no_args_is_help=True, rich_markup_mode=None)
tokens = typer.Typer(help="What programs show to the API.", no_args_is_help=True, rich_markup_mode=None)
tasks = typer.Typer(help="What people must do and prove.", no_args_is_help=True, rich_markup_mode=None)
looked = typer.Typer(help="Whose data must be looked at again.", no_args_is_help=True, rich_markup_mode=None)

app.command("plan")(plan.plan)
app.command("keep")(plan.keep)
app.command("approve")(approve.approve)
app.command("rehearse")(rehearse.rehearse)
app.command("status")(status.status)
app.command("figures")(figures.figures)
app.command("read")(read.read)
app.command("check")(check.check)
app.command("compare")(compare.compare)
app.command("diff")(diff.diff)
app.command("init")(init.init)
app.command("write")(write.write)
app.command("verify")(ledger.verify)
app.command("schema")(schema.schema)
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("outbox")(outbox.outbox)
evidence.command("export")(ledger.export)
evidence.command("prune")(ledger.prune)
app.add_typer(evidence, name="ledger")
requests.command("new")(request.new)
requests.command("find")(request.find)
requests.command("list")(request.listed)
requests.command("preview")(answers.preview)
requests.command("answer")(answers.answer)
requests.command("mandate")(request.mandate)
requests.command("extend")(request.extend)
requests.command("limits")(answers.limits)
requests.command("weigh")(answers.weigh)
requests.command("lift")(answers.lift)
requests.command("renew")(answers.renew)
requests.command("recipients")(answers.recipients)
requests.command("told")(answers.recipient_told)
requests.command("refuse")(request.refuse)
requests.command("reopen")(request.reopen)
app.add_typer(requests, name="request")
tasks.command("list")(task.listed)
tasks.command("done")(task.done)
app.add_typer(tasks, name="task")
looked.command("list")(review.listed)
looked.command("seen")(review.seen)
looked.command("over")(review.over)
app.add_typer(looked, name="review")
tokens.command("new")(token.new)
tokens.command("list")(token.listed)
tokens.command("revoke")(token.revoke)
app.add_typer(tokens, name="token")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"holdord {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Keeps what a privacy notice promises, in the company's data, and shows the proof."""
