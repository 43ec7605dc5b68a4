import asyncio

from seat_holds import SeatHolds, SeatTaken


async def slow_bank(buyer: str, price: int) -> str:
    await asyncio.sleep(0.01)
    if buyer == "broke":
        raise ValueError("declined")
    return f"{buyer}:{price}"


async def main() -> None:
    holds = SeatHolds(slow_bank, 30)
    got = await asyncio.gather(
        holds.hold("A1", "ann"), holds.hold("A1", "bob"), return_exceptions=True
    )
    assert sum(isinstance(one, SeatTaken) for one in got) == 1, got
    (declined,) = await asyncio.gather(holds.hold("B1", "broke"), return_exceptions=True)
    assert isinstance(declined, ValueError)
    assert holds.holder("B1") is None
    assert await holds.hold("B1", "ann") == "ann:30"
    assert holds.release("B1", "ann")


asyncio.run(main())
