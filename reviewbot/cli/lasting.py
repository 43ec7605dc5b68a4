"""What a run of many reviews works with: it remembers nothing, and nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reviewbot.cli.means import manner, wanted
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.engines.base import Opener
    from reviewbot.network import Door
    from reviewbot.review.manner import Manner


def forgetful(settings: Settings) -> Manner:
    """The user's way to ask. What one review teaches about a tokenizer would change the prompts of
    the next, and a run that went on later would not be the run that was begun."""
    from reviewbot.engines.learnt import FORGETFUL

    return replace(manner(settings), memory=FORGETFUL)


def lasting_opener(settings: Settings, way: Door) -> Opener:
    """Without turns: a commit's review does not wait for hours until the run is done."""
    from reviewbot.engines.base import Patience
    from reviewbot.engines.detect import opener
    from reviewbot.engines.learnt import FORGETFUL

    return opener(replace(wanted(settings), memory=FORGETFUL), way, Patience(settings.timeout))
