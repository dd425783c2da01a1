"""Evidence of what a request changes in the store: an entry of the log, whatever database the log lies in.

As for batches of a sweep (``holdord.run.journal``): one transaction where the log lies beside the data; elsewhere an
intent, the change with its receipt, then the entry. After a kill ``settle`` enters what was done. Where the store has
no receipts, PostgreSQL remembers what became of the transaction, and on SQLite the log says that nobody can tell:
putting right once more does no harm.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.run.company import Company
from holdord.run.journal import forget_receipts, settled, write_receipt
from holdord.run.requests.book import enter


class Evidence:
    """The evidence of one transaction that a request makes.

    Args:
        company: The folder.
        now: Reads the time.
        request: Its number; None where nobody asked.
    """

    def __init__(self, company: Company, now: Callable[[], datetime], request: int | None) -> None:
        self.company = company
        self.now = now
        self.request = request
        self._intent = ""
        self._written: list[dict[str, Any]] = []

    def within(self, connection: Connection, entries: Sequence[dict[str, Any]], sealed: dict[str, Any]) -> None:
        """Write inside the transaction of the change, before it commits.

        Args:
            connection: The transaction.
            entries: What was done; none with personal data. There is at least one, with ``rows`` in it.
            sealed: Whom and what it is about: in the log this is a commitment.

        Raises:
            Refused: Somebody settled it already.
        """
        self._written = [{"entry": one, "range": sealed} for one in entries]
        if not self.company.apart:
            indexes = log.append(connection, entries, now=self.now(), secrets=[{"range": sealed} for _ in entries])
            self._enter(connection, indexes)
            return
        self._intent = uuid4().hex
        body = {"proof": self._proof(connection), "written": self._written, "request": self.request}
        row = {"id": self._intent, "at": entries[0]["at"], "body": json.dumps(body, ensure_ascii=False)}
        with self.company.state.writing() as state:
            state.execute(text("INSERT INTO holdord_intent (id, at, body) VALUES (:id, :at, :body)"), row)
        rows = sum(one["rows"] for one in entries)
        if self.company.settings.receipts and not write_receipt(connection, self._intent, rows):
            raise Refused("Somebody else settled this change. Nothing of it was done; start again.")

    def committed(self) -> None:
        """Write after the transaction has committed."""
        if not self._intent:
            return
        with self.company.state.writing() as state:
            indexes = settled(state, self._intent, self._written, self.now())
            self._enter(state, indexes or range(0))
        if self.company.settings.receipts:
            forget_receipts(self.company.store, [self._intent])
        self.company.state.empty_log()  # keys stood in the intent, and a key may be an address
        self._intent = ""

    def _enter(self, connection: Connection, indexes: range) -> None:
        if self.request is None:
            return
        for index in indexes:
            enter(connection, self.request, index)

    def _proof(self, connection: Connection) -> dict[str, Any]:
        """Return how ``settle`` can tell later whether the change was committed."""
        if self.company.settings.receipts:
            return {"by": "receipt"}
        if connection.dialect.name == "postgresql":
            return {"by": "transaction", "number": connection.execute(text("SELECT txid_current()")).scalar_one()}
        return {"by": "look", "policy": self.company.policy.digest, "is_request": True}
