"""A company's folder: its policy and notices, its register, its ledger's key. What every command opens first."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from holdord.config import FILE, Settings
from holdord.config import read as read_settings
from holdord.document import MAX_BYTES
from holdord.errors import InputError, LedgerError, PolicyError, StoreError
from holdord.files import read_file, read_inside
from holdord.ledger.note import Key, new_key, read_key, write_key
from holdord.plan.bind import Bound
from holdord.policy.load import check_quotes, load
from holdord.policy.model import Policy
from holdord.policy.quotes import read_notices
from holdord.stores.register.map import data_map
from holdord.stores.register.migrate import installed, upgrade
from holdord.stores.sql import SqlStore, connect

POLICY = "policy.yaml"


@dataclass(frozen=True, kw_only=True)
class Company:
    """A folder, opened.

    Attributes:
        policy: What it promises.
        store: The register.
        bound: The policy fitted to the register.
    """

    folder: Path
    settings: Settings
    policy: Policy
    store: SqlStore
    bound: Bound

    @property
    def origin(self) -> str:
        """The name of its log (c2sp.org/tlog-checkpoint)."""
        return f"holdord/{slug(self.policy.controller.name)}"

    def key(self) -> Key:
        """Return the ledger's key; made at the first use, never a second time.

        Raises:
            LedgerError: When it cannot be read or written.
        """
        file, public = self.settings.key, self.public
        if not file.exists():
            if public.exists():
                raise LedgerError(
                    f"{file.name} is gone, but {public.name} is there. Put the key back: a new one is a new log."
                )
            write_key(file, new_key(self.origin))
        key = read_key(file)
        if not public.exists():
            public.write_text(f"{key.vkey}\n", "utf-8")
        elif public.read_text("utf-8").strip() != key.vkey:
            raise LedgerError(f"{file.name} and {public.name} do not belong together. Put the right ones back.")
        return key

    @property
    def public(self) -> Path:
        """The file of the ledger's public key."""
        return self.settings.key.with_suffix(".pub")

    def own_files(self) -> set[Path]:
        """Return the files that nothing else may be written over."""
        return own_files(self.folder, self.settings) | {
            (self.folder / name).resolve() for name in self.policy.notices.values()
        }

    def close(self) -> None:
        """Close the connections."""
        self.store.engine.dispose()


def slug(name: str) -> str:
    """Return a name as lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "company"


def own_files(folder: Path, settings: Settings) -> set[Path]:
    """Return the files of a company's folder that nobody but holdord or a person's hand may write; notices are not."""
    file = _file_of(settings.store_url)
    database = [file.with_name(file.name + end) for end in ("", "-wal", "-shm")] if file else []
    key = settings.key
    return {path.resolve() for path in (*database, folder / POLICY, folder / FILE, key, key.with_suffix(".pub"))}


def read_policy(folder: Path, *, quotes: bool = True) -> Policy:
    """Return the folder's policy.

    Args:
        folder: Where its policy lies.
        quotes: Whether its notices must be there and say what it quotes.

    Raises:
        PolicyError: When a file is missing or wrong.
    """
    file = folder / POLICY
    try:
        text = read_file(file, limit=MAX_BYTES)
    except InputError as error:
        raise PolicyError(error.problems) from error
    policy = load(text, file=str(file))
    if quotes:
        check_quotes(policy, read_notices(policy, lambda name: read_inside(folder, name, limit=MAX_BYTES)))
    return policy


def open_company(folder: Path, *, install: bool = False) -> Company:
    """Open a company's folder.

    Args:
        folder: Where its policy lies.
        install: Whether a register may be installed where there is none yet. Never done where a ledger's key is there
            already: its log must then be somewhere else, and a new one would be a second history.

    Raises:
        InputError: When a file in it is wrong.
        StoreError: When the register cannot be reached, or there is none.
    """
    policy = read_policy(folder)
    settings = read_settings(folder)
    if not settings.key.parent.is_dir():
        raise LedgerError(f"The folder of the ledger's key is not there: {settings.key.parent}.")
    fresh = not settings.key.exists() and not settings.key.with_suffix(".pub").exists()
    file = _file_of(settings.store_url)
    if file is not None and not file.exists():
        _check_install(fresh, install)
        with suppress(OSError):  # what is wrong is said below, in words
            file.touch(mode=0o600)
    engine = connect(settings.store_url)
    try:
        if installed(engine) is None:
            _check_install(fresh, install)
        upgrade(engine)
        store = SqlStore(engine=engine, datamap=data_map(), controller=policy.controller)
        bound = Bound(policy, store.datamap, store.schema)
    except BaseException:
        engine.dispose()
        raise
    return Company(folder=folder, settings=settings, policy=policy, store=store, bound=bound)


def _check_install(fresh: bool, install: bool) -> None:
    if not fresh:
        raise StoreError(
            "There is no register at the store's URL, but this folder has a ledger's key: its register is somewhere "
            "else. Mend store.url or HOLDORD_STORE."
        )
    if not install:
        raise StoreError("There is no register at the store's URL yet. 'holdord keep' installs one in a new folder.")


def _file_of(url: str) -> Path | None:
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) and url != prefix else None
