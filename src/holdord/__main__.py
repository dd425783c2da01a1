"""``python -m holdord`` is the ``holdord`` command."""

from holdord.cli.main import main

main()
