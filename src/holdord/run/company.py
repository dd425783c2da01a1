"""A company's folder: its policy and notices, its register, its ledger's key. What every command opens first."""

import re
from dataclasses import dataclass
from pathlib import Path

from holdord.config import Settings
from holdord.config import read as read_settings
from holdord.errors import LedgerError, PolicyError
from holdord.ledger.note import Key, new_key, read_key, write_key
from holdord.plan.bind import Bound
from holdord.policy.load import check_quotes, load
from holdord.policy.model import Policy
from holdord.stores.register.map import data_map
from holdord.stores.register.migrate import upgrade
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
        file = self.settings.key
        if not file.exists():
            write_key(file, new_key(self.origin))
        key = read_key(file)
        public = file.with_suffix(".pub")
        if not public.exists():
            public.write_text(f"{key.vkey}\n", "utf-8")
        return key

    def close(self) -> None:
        """Close the connections."""
        self.store.engine.dispose()


def slug(name: str) -> str:
    """Return a name as lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "company"


def read_policy(folder: Path) -> Policy:
    """Return the folder's policy, its quotes checked against its notices.

    Raises:
        PolicyError: When a file is missing or wrong.
    """
    file = folder / POLICY
    try:
        text = file.read_bytes()
    except OSError as error:
        raise PolicyError(
            f"{file} cannot be read: {error.strerror}. A company's folder holds a policy.yaml."
        ) from error
    policy = load(text, file=str(file))
    notices = {}
    for language, name in policy.notices.items():
        try:
            notices[language] = (folder / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"{folder / name}: the notice ({language}) cannot be read.") from error
    check_quotes(policy, notices)
    return policy


def open_company(folder: Path) -> Company:
    """Open a company's folder; the register is installed or brought up to date.

    Raises:
        InputError: When a file in it is wrong.
        StoreError: When the register cannot be reached.
    """
    policy = read_policy(folder)
    settings = read_settings(folder)
    if not settings.key.parent.is_dir():
        raise LedgerError(f"The folder of the ledger's key is not there: {settings.key.parent}.")
    engine = connect(settings.store_url)
    try:
        upgrade(engine)
        store = SqlStore(engine=engine, datamap=data_map(), controller=policy.controller)
        bound = Bound(policy, store.datamap, store.schema)
    except BaseException:
        engine.dispose()
        raise
    return Company(folder=folder, settings=settings, policy=policy, store=store, bound=bound)
