"""The machine's clock as the commands see it, set to a moment for one test."""

import pkgutil
import sys
from datetime import datetime
from importlib import import_module

import pytest

import holdord.cli


def import_commands() -> None:
    """Import every command: one that came in while something stands in its place would keep that for all tests."""
    for module in pkgutil.iter_modules(holdord.cli.__path__, "holdord.cli."):
        import_module(module.name)


def stand_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let every part that reads the clock read ``moment``, an aware datetime, until the test ends."""
    import_commands()
    for name, module in list(sys.modules.items()):
        if name.startswith("holdord.") and callable(getattr(module, "now", None)):
            monkeypatch.setattr(module, "now", lambda: moment)
