"""How often a token may be used: so many calls in each minute, counted in this process."""

from threading import Lock

SECONDS = 60
MOST = 300


class Rate:
    """Counts calls in windows of a minute."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._window = 0
        self._calls: dict[str, int] = {}

    def wait(self, token: str, second: float) -> int:
        """Count a call, and return how many seconds to wait; 0 where it may go on.

        Args:
            token: Its id.
            second: A clock that only goes forward, in seconds.
        """
        window = int(second) // SECONDS
        with self._lock:
            if window != self._window:
                self._window, self._calls = window, {}
            self._calls[token] = self._calls.get(token, 0) + 1
            return 0 if self._calls[token] <= self._most else SECONDS - int(second) % SECONDS
