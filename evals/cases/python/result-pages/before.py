"""Cuts a list of search results into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    number: int

    @property
    def first(self) -> bool:
        return self.number == 1


class Pager(Generic[T]):
    def __init__(self, items: Sequence[T], size: int = 20) -> None:
        if size < 1:
            raise ValueError(f"a page has at least one item, not {size}")
        self._items = items
        self._size = size

    def page(self, number: int) -> Page[T]:
        start = (max(number, 1) - 1) * self._size
        return Page(self._items[start : start + self._size], max(number, 1))
