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
    if parcel.grams > 0:
        if parcel.grams <= LETTER_GRAMS:
            cents = 180
        else:
            if parcel.grams > HEAVY_GRAMS:
                cents = 1650
            else:
                cents = 620
        if parcel.abroad:
            cents = cents * 2
        if parcel.express:
            cents = cents + 500
        return cents
    else:
        raise ValueError(f"not a weight: {parcel.grams} g")
