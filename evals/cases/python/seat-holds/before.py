"""Seats are held for a buyer for as long as the payment takes."""

import asyncio
from collections.abc import Awaitable, Callable

Authorize = Callable[[str, int], Awaitable[str]]


class SeatTaken(Exception):
    """Somebody else holds the seat."""


class SeatHolds:
    def __init__(self, authorize: Authorize, price: int) -> None:
        self._authorize = authorize
        self._price = price
        self._holder: dict[str, str] = {}
        self._receipts: dict[str, str] = {}

    def holder(self, seat: str) -> str | None:
        return self._holder.get(seat)

    async def hold(self, seat: str, buyer: str) -> str:
        if seat in self._holder:
            raise SeatTaken(seat)
        self._holder[seat] = buyer
        self._receipts[seat] = f"unpaid:{buyer}"
        return self._receipts[seat]

    def release(self, seat: str, buyer: str) -> bool:
        if self._holder.get(seat) != buyer:
            return False
        del self._holder[seat]
        self._receipts.pop(seat, None)
        return True

    async def hold_all(self, seats: list[str], buyer: str) -> list[str]:
        return list(await asyncio.gather(*(self.hold(seat, buyer) for seat in seats)))
