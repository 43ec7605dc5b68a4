"""How a model of Ollama is told to think.

By its documentation (docs/capabilities/thinking.mdx) and source (server/routes.go, v0.33): gpt-oss
takes a level and cannot be switched off; `true` and `false` are ignored there. Other models take
`true` and `false`; a level is answered with 400 up to 0.17, so none is sent. A model without the
capability answers 400 to `true` (seen with 0.32.15), so nothing is sent to it. Where the field is
left out, a model with the capability thinks without a bound.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from reviewbot.engines.wire import mapping
from reviewbot.prompt import Think

# `details.family` of gpt-oss, as `shouldUseHarmony` has it.
_BY_LEVEL = ("gptoss", "gpt-oss")


class Thinking(Enum):
    """Whether a model thinks, and how it is told to."""

    NEVER = "never"
    SWITCH = "true or false"
    LEVEL = "low, medium, high"

    @classmethod
    def of(cls, shown: dict[str, Any]) -> Thinking:
        """What an `/api/show` answer tells."""
        if "thinking" not in (shown.get("capabilities") or ()):
            return cls.NEVER
        by_level = mapping(shown.get("details")).get("family") in _BY_LEVEL
        return cls.LEVEL if by_level else cls.SWITCH

    def level(self, wanted: Think) -> Think:
        """The level nearest to the wanted one that this model can think at."""
        if self is Thinking.NEVER:
            return "off"
        return "low" if self is Thinking.LEVEL and wanted == "off" else wanted

    def field(self, level: Think) -> bool | str | None:
        """The `think` of a request; None where it must be left out."""
        if self is Thinking.NEVER:
            return None
        return level if self is Thinking.LEVEL else level != "off"
