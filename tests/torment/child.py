"""The process that is killed: the command line's ``keep`` on a folder, at a given moment, telling what it has done.

    python child.py FOLDER MOMENT WIDTH

It prints ``ready`` when all is imported, ``begun`` when the plan stands, a line for each batch after its commit, and
``end`` with the exit status. WIDTH is the number of keys in a batch; 0 leaves that to the product.
"""

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path


def main() -> None:
    folder, moment, width = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from holdord.run import execute, sweep
    from holdord.run.company import open_company

    if width:
        execute._NARROWEST = execute._FIRST = execute._WIDEST = width
    _say("ready")
    with closing(open_company(folder)) as company:
        kept = sweep.keep(
            company,
            lambda: moment,
            begun=lambda plan: _say(f"begun {plan.rows}"),
            progress=lambda statement, rows: _say(f"batch {statement.table} {statement.action} {rows}"),
        )
    _say(f"end {kept.rows} {kept.left.rows}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
