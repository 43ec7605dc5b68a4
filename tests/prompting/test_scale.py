from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.prompting.budget import MARGIN_TOKENS, Budget
from reviewbot.prompting.scale import (
    ENOUGH,
    LEAST_SHARE,
    MOST,
    Reading,
    TokenScale,
    believable,
    token_scale,
)

# The estimate of the instructions in most tests; a common tokenizer takes 0.6 of it.
ESTIMATE = 1000
COMMON = [Reading(code, 600 + int(0.75 * code)) for code in (60, 400, 900, 1200)]


def test_without_a_reply_the_estimate_holds() -> None:
    assert token_scale((), ESTIMATE, counted=False) == TokenScale(ESTIMATE, 1.0)


def test_the_instructions_take_no_more_than_the_shortest_prompt() -> None:
    short = [Reading(30, 622), Reading(40, 630), Reading(60, 645)]
    assert token_scale(short, ESTIMATE, counted=False) == TokenScale(622, 1.0)


def test_nor_less_than_by_the_highest_ratio_of_a_whole_prompt() -> None:
    assert token_scale(COMMON, ESTIMATE, counted=False) == TokenScale(682, 1.0)


def test_until_there_are_enough_replies_they_take_what_was_estimated() -> None:
    few = COMMON[: ENOUGH - 1]
    assert token_scale(few, ESTIMATE, counted=False) == TokenScale(ESTIMATE, 1.0)


def test_a_count_of_the_engines_is_not_doubted() -> None:
    assert token_scale(COMMON, 600, counted=True) == TokenScale(600, 1.0)


@pytest.mark.parametrize(("counted", "overhead"), [(True, 600), (False, ESTIMATE)])
def test_one_reply_above_the_estimate_is_enough(counted: bool, overhead: int) -> None:
    chinese = Reading(800, 600 + 2 * 800)
    scale = token_scale([chinese], overhead, counted=counted)
    assert scale.overhead == overhead
    assert scale.code >= 2


def test_a_count_that_is_too_low_and_believed_does_not_hide_the_instructions() -> None:
    """Code of which each estimated token is four: without what was kept of the instructions."""
    emoji = [Reading(200, 900 + 4 * 200), Reading(190, 4 * 190), Reading(180, 4 * 180)]
    assert all(believable(one, ESTIMATE, 4096) for one in emoji)
    assert token_scale(emoji, ESTIMATE, counted=False).overhead >= 900


def test_one_such_reply_among_many_others_holds() -> None:
    scale = token_scale([*COMMON, Reading(500, 600 + 2 * 500)], ESTIMATE, counted=False)
    assert scale.code >= 2


def test_a_prompt_with_hardly_any_code_tells_nothing_of_code() -> None:
    assert token_scale([Reading(4, 640)], ESTIMATE, counted=False).code == 1


def test_nonsense_of_a_server_is_bounded() -> None:
    scale = token_scale([*COMMON, Reading(1, 10**9)], ESTIMATE, counted=False)
    assert scale == TokenScale(ESTIMATE, MOST)


@pytest.mark.parametrize(
    ("reading", "believed"),
    [
        (Reading(400, 900), True),
        (Reading(400, 700), True),
        (Reading(400, 699), False),  # without what was kept from an earlier call
        (Reading(400, 40), False),
        (Reading(400, 0), False),
        (Reading(2600, 2050), False),  # cut to half of the window
        (Reading(2600, 2055), True),
        (Reading(900, 2050), True),  # above the estimate it may be as it is
    ],
)
def test_a_count_that_cannot_be_the_whole_prompts_is_not_believed(
    reading: Reading, believed: bool
) -> None:
    assert believable(reading, ESTIMATE, 4096) is believed


# Never past the window


_SHARES = st.floats(LEAST_SHARE, 1.0)
_RATIOS = st.floats(0.3, MOST)
_CODES = st.integers(1, 1500)


class Tokenizer:
    """Takes a share of the estimate for the instructions, and a ratio for code of each kind."""

    def __init__(self, share: float, estimate: int) -> None:
        self.instructions = math.floor(share * estimate)

    def reading(self, code: int, ratio: float) -> Reading:
        return Reading(code, self.instructions + math.floor(ratio * code))


@given(
    estimate=st.integers(300, 1500),
    share=_SHARES,
    window=st.integers(1024, 16384),
    kinds=st.lists(st.tuples(_CODES, _RATIOS), min_size=1, max_size=12),
    lies=st.lists(st.tuples(st.integers(0, 11), st.floats(0, 1)), max_size=8),
    counted=st.booleans(),
)
def test_no_prompt_exceeds_the_window_under_a_tokenizer_as_it_was_seen(
    estimate: int,
    share: float,
    window: int,
    kinds: list[tuple[int, float]],
    lies: list[tuple[int, float]],
    counted: bool,
) -> None:
    """Whatever kinds of code the history holds, in whichever amounts, and however often the server
    told too little: the next prompt of any of these kinds fits with its reply, once one of the
    worst kind was large enough to tell."""
    tokenizer = Tokenizer(share, estimate)
    worst = max(ratio for _, ratio in kinds)
    honest = [tokenizer.reading(code, ratio) for code, ratio in [*kinds, (256, worst)]]
    told = [
        replace(one, tokens=int(one.tokens * part))
        for at, part in lies
        for one in [honest[at % len(kinds)]]
    ]
    readings = [one for one in [*honest, *told] if believable(one, estimate, window)]
    known = tokenizer.instructions if counted else estimate
    scale = token_scale(readings, known, counted=counted)
    budget = Budget(window, scale.overhead, 480, scale.code)
    most = budget.code + budget.related
    if most > 0 and tokenizer.reading(256, worst) in readings:
        sent = tokenizer.reading(most, worst).tokens
        # A count that was too low and yet believed may take from the margin; nothing else does.
        assert sent + 480 <= window - (0 if told else MARGIN_TOKENS) + 1


@given(
    st.integers(0, 20_000),
    st.integers(0, 5_000),
    st.lists(st.builds(Reading, _CODES, st.integers(0, 10**7)), max_size=9),
)
def test_what_was_learnt_never_gives_more_than_the_window_nor_less_than_a_quarter(
    window: int, overhead: int, readings: list[Reading]
) -> None:
    given_ = Budget(window, overhead, 480)
    scale = token_scale(readings, overhead, counted=False)
    budget = Budget(window, scale.overhead, 480, scale.code)
    assert scale.overhead <= overhead
    assert budget.free >= int(given_.free / MOST)
    assert int((budget.code + budget.related) * scale.code) <= max(
        0, window - scale.overhead - 480 - MARGIN_TOKENS
    )
