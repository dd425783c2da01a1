"""The ``holdord`` command.

Exit status: 0 and 1 as each command says, 2 failed or cannot tell, 64 wrong usage (``sysexits.h``). Nothing heavy is
imported before a command runs, so that ``holdord --version`` answers at once.
"""

import sys
import traceback
from pathlib import Path

USAGE, FAILED = 64, 2


def main() -> None:
    """Run the command line and leave with its exit status."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from holdord import __version__

        print(f"holdord {__version__}")
        return
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors become one readable message."""
    import typer

    from holdord.cli.app import app
    from holdord.cli.say import say
    from holdord.errors import HoldordError, NeedsConfirmation, VerificationError

    try:
        outcome = app(arguments, prog_name="holdord", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except typer.TyperException as error:
        message = str(getattr(error, "format_message", error.__str__)())
        say(message if message.startswith("Usage:") else f"{message} Try: holdord --help")
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        say("Stopped. What was done until here is done and has its evidence; the next sweep goes on from there.")
        return FAILED
    except NeedsConfirmation as error:
        say(f"Waiting for a yes: {error}")
        return 1
    except VerificationError as error:
        say(f"Does not hold: {error}")
        return FAILED
    except HoldordError as error:
        say(str(error))
        return FAILED
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        say(
            f"This should not happen: {type(error).__name__} in {Path(last.filename).name}, line {last.lineno}. "
            "Please report it."
        )
        return FAILED
