"""Water levels of a harbour, by linear interpolation between high and low water."""

from bisect import bisect_right

Turn = tuple[float, float]  # hour, metres


def water_level(turns: list[Turn], hour: float) -> float:
    """Metres at `hour`; before the first and after the last turn it is theirs."""
    at = bisect_right([turn_hour for turn_hour, _ in turns], hour)
    if at == 0:
        return turns[0][1]
    if at == len(turns):
        return turns[-1][1]
    (start, low), (end, high) = turns[at - 1], turns[at]
    return low + (high - low) * (hour - start) / (end - start)


def lowest(turns: list[Turn]) -> float:
    return min(metres for _, metres in turns)
