"""What a parcel costs, in cents."""

from dataclasses import dataclass

LETTER_GRAMS = 500
HEAVY_GRAMS = 10_000


@dataclass(frozen=True)
class Parcel:
    grams: int
    abroad: bool = False
    express: bool = False


def postage(parcel: Parcel) -> int:
    if parcel.grams <= 0:
        raise ValueError(f"not a weight: {parcel.grams} g")
    cents = _base(parcel.grams)
    if parcel.abroad:
        cents *= 2
    return cents + 500 if parcel.express else cents


def _base(grams: int) -> int:
    if grams <= LETTER_GRAMS:
        return 180
    return 620 if grams <= HEAVY_GRAMS else 1650
