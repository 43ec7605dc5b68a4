"""Whether a ship may enter."""

from harbour.tide import Turn, lowest, water_level

KEEL_CLEARANCE = 1.2


def may_enter(turns: list[Turn], draught: float, hour: float) -> bool:
    return water_level(turns, hour) - draught >= KEEL_CLEARANCE


def always_afloat(turns: list[Turn], draught: float) -> bool:
    return lowest(turns) - draught > 0
