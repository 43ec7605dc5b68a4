"""Water levels of a harbour, by linear interpolation between high and low water."""

from bisect import bisect_right

Turn = tuple[float, float]  # hour, metres


def level(turns: list[Turn], t: float) -> float:
    """Metres at hour `t`; before the first and after the last turn it is theirs."""
    at = bisect_right([hour for hour, _ in turns], t)
    if at == 0:
        return turns[0][1]
    if at == len(turns):
        return turns[-1][1]
    (h0, m0), (h1, m1) = turns[at - 1], turns[at]
    return m0 + (m1 - m0) * (t - h0) / (h1 - h0)


def lowest(turns: list[Turn]) -> float:
    return min(metres for _, metres in turns)
