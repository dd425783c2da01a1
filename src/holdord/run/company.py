"""A company: its policy, its store, its evidence and its key, as ``holdord.run.folder`` opens them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from holdord.config import DATAMAP, FILE, STAFF, WEB_SECRET, Settings
from holdord.errors import LedgerError
from holdord.files import write_file
from holdord.ledger.checkpoints import last_checkpoint
from holdord.ledger.note import Key, new_key, read_key, write_key
from holdord.plan.bind import Bound
from holdord.policy.model import Policy
from holdord.run.requests.limited import Standing
from holdord.stores.database import Database
from holdord.stores.snapshot import Snapshot
from holdord.stores.sql import SqlStore

POLICY = "policy.yaml"


@dataclass(frozen=True, kw_only=True)
class Company:
    """A folder, opened.

    Attributes:
        policy: What it promises.
        store: Where the data lie.
        state: The database of the evidence; the store itself where they share one.
        bound: The policy fitted to the store.
        standing: What people's requests bound when it was opened (``holdord.run.requests.limited``): it stands beside
            what the policy's file says.
    """

    folder: Path
    settings: Settings
    policy: Policy
    store: SqlStore
    state: Database
    bound: Bound
    standing: Standing = field(default_factory=Standing)

    @property
    def apart(self) -> bool:
        """Whether the evidence lies in another database than the data."""
        return self.state is not self.store

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever kept here: the log is empty and lies nowhere."""
        return self.apart and self.state.dialect == "sqlite" and not self.state.engine.url.database

    @property
    def origin(self) -> str:
        """The name of its log (c2sp.org/tlog-checkpoint)."""
        return f"holdord/{slug(self.policy.controller.name)}"

    def key(self) -> Key:
        """Return the ledger's key; made at the first use, never a second time.

        Raises:
            LedgerError: When it cannot be read or written.
            InputError: When its public half cannot be written.
        """
        file, public = self.settings.key, self.public
        if not file.exists():
            if public.exists() and not file.exists():  # somebody else may have made both meanwhile
                raise LedgerError(
                    f"{file.name} is gone, but {public.name} is there. Put the key back: a new one is a new log."
                )
            self._check_unsigned()
            self._make_key(file)
        key = read_key(file)
        if not public.exists():
            write_file(public, f"{key.vkey}\n".encode())
        elif public.read_text("utf-8").strip() != key.vkey:
            raise LedgerError(f"{file.name} and {public.name} do not belong together. Put the right ones back.")
        return key

    def _make_key(self, file: Path) -> None:
        """Write a new key, where nobody else has done so in the same moment."""
        try:
            write_key(file, new_key(self.origin))
        except LedgerError:
            if not file.exists():
                raise

    def _check_unsigned(self) -> None:
        with self.state.snapshot() as connection:
            signed = last_checkpoint(connection)
        if signed is not None:
            raise LedgerError(
                f"The log is signed, and neither {self.settings.key.name} nor {self.public.name} is there. Put both "
                "back: a new key would sign what another one signed before, and nobody could check it."
            )

    @property
    def public(self) -> Path:
        """The file of the ledger's public key."""
        return self.settings.key.with_suffix(".pub")

    def own_files(self) -> set[Path]:
        """Return the files that nothing else may be written over."""
        return own_files(self.folder, self.settings) | {
            (self.folder / name).resolve() for name in self.policy.notices.values()
        }

    @contextmanager
    def reading(self) -> Iterator[tuple[Snapshot, Connection]]:
        """One snapshot of the store, and one of the evidence: of the same moment where they share a database."""
        with self.store.reading() as snapshot:
            if not self.apart:
                yield snapshot, snapshot.connection
                return
            with self.state.snapshot() as state:
                yield snapshot, state

    def close(self) -> None:
        """Close the connections."""
        self.store.engine.dispose()
        self.state.engine.dispose()


def slug(name: str) -> str:
    """Return a name as lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "company"


def own_files(folder: Path, settings: Settings) -> set[Path]:
    """Return the files of a company's folder that nobody but holdord or a person's hand may write; notices are not."""
    files = [file for url in (settings.store_url, settings.state_url) if (file := file_of(url))]
    files.append(folder / STAFF)
    databases = [file.with_name(file.name + end) for file in files for end in ("", "-wal", "-shm", "-journal")]
    key = settings.key
    written = (
        folder / POLICY,
        folder / FILE,
        folder / DATAMAP,
        folder / WEB_SECRET,
        key,
        key.with_suffix(".pub"),
    )
    return {path.resolve() for path in (*databases, *written)}


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database, None for any other URL."""
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) and url != prefix else None
