"""How many requests were answered with which status, and how long they took: numbers of this process, of nobody."""

from bisect import bisect_left
from collections import Counter
from threading import Lock

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what took longer stands in a last one without an end."""


class Measured:
    """Counts answers."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._status: Counter[int] = Counter()
        self._within = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._status[status] += 1
            self._within[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def read(self) -> tuple[dict[int, int], list[int], float]:
        """Return status → answers, how many took as long as each of ``BUCKETS`` and longer, and all seconds."""
        with self._lock:
            return dict(self._status), list(self._within), self._seconds


MEASURED = Measured()
"""Those of this process."""
