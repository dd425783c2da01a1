"""Opening a company's folder: its policy and notices, its store, its evidence. What every command does first.

The store is the built-in register, or a database of the company's own where a data map lies in the folder. The
evidence lies in the register; beside a database of the company's own it lies in a file of the folder.
"""

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from holdord.config import DATAMAP, FILE, Settings
from holdord.config import read as read_settings
from holdord.datamap.load import load as load_datamap
from holdord.datamap.model import DataMap
from holdord.document import MAX_BYTES
from holdord.errors import ConfigError, DataMapError, InputError, LedgerError, PolicyError, StoreError
from holdord.files import read_file, read_inside
from holdord.plan.bind import Bound
from holdord.policy.load import check_quotes, load
from holdord.policy.model import Policy
from holdord.policy.quotes import read_notices
from holdord.run.company import POLICY, Company, file_of
from holdord.run.requests.limited import beside, standing
from holdord.schema import Schema
from holdord.stores.database import Database, connect, wrapped
from holdord.stores.reflect import reflect
from holdord.stores.register.map import data_map
from holdord.stores.register.migrate import installed, upgrade
from holdord.stores.sql import SqlStore


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
    _check_named(folder, settings)
    own = read_datamap(folder)
    state_engine = _open_state(settings, install=install, register=own is None)
    engine = state_engine
    try:
        if settings.store_url != settings.state_url:
            engine = _open_store(settings, register=own is None, install=install)
        store = SqlStore(engine=engine, datamap=own or data_map(), controller=policy.controller)
        state = store if engine is state_engine else Database(name="state", engine=state_engine)
        with state.snapshot() as connection:
            policy, stood = beside(connection, policy), standing(connection)
        bound = Bound(policy, store.datamap, store.schema)
    except BaseException:
        engine.dispose()
        state_engine.dispose()
        raise
    return Company(
        folder=folder, settings=settings, policy=policy, store=store, state=state, bound=bound, standing=stood
    )


def read_datamap(folder: Path) -> DataMap | None:
    """Return the folder's data map, or None where its data lie in the built-in register.

    Raises:
        DataMapError: When it is wrong.
    """
    file = folder / DATAMAP
    if not file.exists():
        return None
    try:
        return load_datamap(read_file(file, limit=MAX_BYTES), file=str(file))
    except InputError as error:
        raise DataMapError(error.problems) from error


def map_of(folder: Path) -> DataMap:
    """Return where personal data lie: the folder's data map, or the register's."""
    return read_datamap(folder) or data_map()


def schema_of(folder: Path) -> Schema | None:
    """Return the tables of the company's own database, or None where the folder is about the register.

    Raises:
        StoreError: The database does not answer.
    """
    if read_datamap(folder) is None:
        return None
    settings = read_settings(folder)
    _check_named(folder, settings)
    engine = _open_store(settings, register=False)
    try:
        with wrapped("store"), engine.connect() as connection:
            return reflect(connection)[1]
    finally:
        engine.dispose()


def _check_named(folder: Path, settings: Settings) -> None:
    if not settings.store_url:
        remedy = f"Say store.url in {FILE}, or HOLDORD_STORE."
        raise ConfigError(f"{folder / DATAMAP} maps a database of the company's own, and none is named. {remedy}")


def _open_state(settings: Settings, *, install: bool, register: bool) -> Engine:
    """Open the database of the evidence, up to date; a new one is installed where that may be."""
    fresh = not settings.key.exists() and not settings.key.with_suffix(".pub").exists()
    together = settings.store_url == settings.state_url
    only_looks = fresh and not install and not together and not register
    file = file_of(settings.state_url)
    if file is not None and not file.exists():
        if only_looks:
            return _empty_log()
        _check_install(settings, fresh, install)
        if together and not register:
            raise StoreError(f"There is no database {file}. See that store.url names the company's own.")
        with suppress(OSError):  # what is wrong is said below, in words
            file.touch(mode=0o600)
    engine = connect(settings.state_url, foreign=together and not register)
    try:
        if installed(engine, register=register and together) is None:
            if only_looks:
                engine.dispose()
                return _empty_log()
            _check_install(settings, fresh, install)
        upgrade(engine, register=register and together)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _empty_log() -> Engine:
    """Return the evidence of a folder in which nobody has kept anything yet: an empty log, which lies nowhere."""
    engine = connect("sqlite://")
    upgrade(engine, register=False)
    return engine


def _open_store(settings: Settings, *, register: bool, install: bool = False) -> Engine:
    """Open a store that is not the database of the evidence; a new register is installed where that may be."""
    file = file_of(settings.store_url)
    if file is not None and not file.exists() and register and install:
        with suppress(OSError):  # what is wrong is said below, in words
            file.touch(mode=0o600)
    elif file is not None and not file.exists():
        raise StoreError(f"There is no database {file}. See that store.url or HOLDORD_STORE names the right one.")
    engine = connect(settings.store_url, foreign=not register)
    if register:
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _check_install(settings: Settings, fresh: bool, install: bool) -> None:
    if not fresh and settings.state_url != settings.store_url:
        raise StoreError(
            "There is no evidence at the state's URL (state.db in the folder, where nothing else is said), but this "
            "folder has a ledger's key: its log is somewhere else, or lost. Put it back from the backup, or mend "
            "state.url or HOLDORD_STATE."
        )
    if not fresh:
        raise StoreError(
            "There is no register at the store's URL, but this folder has a ledger's key: its register is somewhere "
            "else. Mend store.url or HOLDORD_STORE."
        )
    if not install:
        raise StoreError("There is no register at the store's URL yet. 'holdord keep' installs one in a new folder.")
