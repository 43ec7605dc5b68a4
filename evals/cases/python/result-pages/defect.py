"""Cuts a list of search results into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    number: int
    of: int

    @property
    def first(self) -> bool:
        return self.number == 1

    @property
    def last(self) -> bool:
        return self.number >= self.of


class Pager(Generic[T]):
    def __init__(self, items: Sequence[T], size: int = 20) -> None:
        if size < 1:
            raise ValueError(f"a page has at least one item, not {size}")
        self._items = items
        self._size = size

    def __len__(self) -> int:
        return len(self._items) // self._size

    def page(self, number: int) -> Page[T]:
        """Page `number`, counted from 1; beyond the end it is the last one."""
        number = max(1, min(number, len(self)))
        start = (number - 1) * self._size
        return Page(self._items[start : start + self._size], number, len(self))
