"""The company that the pages are about: opened once, and again when its policy, settings or holds changed.

A page asks for it anew each time, so that a policy that was edited, or a restriction that was placed, is seen by the
very next page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from holdord.config import DATAMAP, FILE
from holdord.run.company import POLICY, Company
from holdord.run.folder import open_company
from holdord.run.requests.limited import stamp


class Folder:
    """A company's folder, for as long as the program runs.

    Args:
        path: Where its policy lies.
        address: Where people reach the pages; links lead there where the settings name no other address.
    """

    def __init__(self, path: Path, address: str) -> None:
        self.path = path
        self._address = address
        self._lock = Lock()
        self._opened: tuple[tuple[object, ...], Company] | None = None

    @contextmanager
    def company(self) -> Iterator[Company]:
        """Return the company as it is now.

        Raises:
            HoldordError: What ``open_company`` raises.
        """
        with self._lock:
            files = self._stamp()
            if self._opened is None or self._opened[0] != files or _asked_since(self._opened[1]):
                company = open_company(self.path, install=True)
                if not company.settings.portal:
                    company = replace(company, settings=replace(company.settings, portal=self._address))
                if self._opened is not None:
                    self._opened[1].close()
                self._opened = (files, company)
            company = self._opened[1]
        yield company

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None

    def _stamp(self) -> tuple[object, ...]:
        """Return what changes whenever the folder must be read again."""
        return tuple(_seen(self.path / name) for name in (POLICY, FILE, DATAMAP))


def _asked_since(company: Company) -> bool:
    """Tell whether people's requests bind something else since a folder was opened: that stands beside its policy."""
    with company.state.snapshot() as connection:
        return stamp(connection) != company.standing.stamp


def _seen(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
