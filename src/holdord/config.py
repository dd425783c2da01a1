"""Settings of one company's folder: ``holdord.toml`` beside the policy, and the environment over it.

    [store]
    url = "sqlite:///register.db"       # or postgresql://…; relative files lie in the folder

    [ledger]
    key = "ledger.key"                  # the private key; its public half lies beside it as .pub

    [sweep]
    every_days = 1                      # how often someone must look; twice that without a look is no longer "kept"
    pause_days = 31                     # after a pause this long, `keep` asks before it goes on

``HOLDORD_STORE`` in the environment takes the place of ``store.url``, so that a password need not stand in a file.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from holdord.errors import ConfigError, Problem

FILE = "holdord.toml"

_KNOWN: dict[str, dict[str, type]] = {
    "store": {"url": str},
    "ledger": {"key": str},
    "sweep": {"every_days": int, "pause_days": int},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a folder is set to.

    Attributes:
        store_url: The register's database, absolute; never shown, since it may carry a password.
        key: The private key of the ledger.
        every_days: How often a sweep must look, in days.
        pause_days: After how many days without an entry ``keep`` asks first.
    """

    store_url: str
    key: Path
    every_days: int
    pause_days: int

    def __repr__(self) -> str:
        return f"Settings(key={self.key.name!r}, every_days={self.every_days}, pause_days={self.pause_days})"


def read(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of ``folder``; a missing file means the defaults.

    Raises:
        ConfigError: When the file is no TOML, or a key or value in it is unknown.
    """
    file = folder / FILE
    try:
        said = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError([Problem(what=f"This is no TOML that can be read: {error}.", file=str(file))]) from error
    problems = []
    for section, values in said.items():
        known = _KNOWN.get(section)
        if known is None or not isinstance(values, dict):
            remedy = f"Known: {', '.join(_KNOWN)}."
            problems.append(Problem(what=f"The section {section!r} is unknown.", remedy=remedy, file=str(file)))
            continue
        for key, value in values.items():
            kind = known.get(key)
            if kind is None:
                what, remedy = f"The key {key!r} is unknown.", f"Known: {', '.join(known)}."
                problems.append(Problem(what=what, remedy=remedy, file=str(file), where=f"{section}.{key}"))
            elif type(value) is not kind or (isinstance(value, int) and not 1 <= value <= 100_000):
                what = f"This should be {'text' if kind is str else 'a whole number of days, 1 to 100000'}."
                problems.append(Problem(what=what, file=str(file), where=f"{section}.{key}"))
    if problems:
        raise ConfigError(problems)
    url = environment.get("HOLDORD_STORE") or said.get("store", {}).get("url", "sqlite:///register.db")
    sweep = said.get("sweep", {})
    return Settings(
        store_url=_absolute(url, folder),
        key=folder / said.get("ledger", {}).get("key", "ledger.key"),
        every_days=sweep.get("every_days", 1),
        pause_days=sweep.get("pause_days", 31),
    )


def _absolute(url: str, folder: Path) -> str:
    """Return the URL with a relative SQLite file placed in the folder."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and url != prefix and not url.startswith("sqlite:////"):
        return f"sqlite:///{(folder / url.removeprefix(prefix)).resolve()}"
    return url
