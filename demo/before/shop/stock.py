"""How many pieces of each article are left."""

import json
import threading

_lock = threading.Lock()


class Stock:
    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = dict(counts)

    def take(self, article: str, pieces: int) -> bool:
        """Take pieces out, if that many are there."""
        with _lock:
            left = self._counts.get(article, 0)
            if left < pieces:
                return False
            self._counts[article] = left - pieces
            return True


def load_stock(path: str) -> Stock:
    """Read a stock from a JSON file."""
    with open(path) as file:
        return Stock(json.load(file))
