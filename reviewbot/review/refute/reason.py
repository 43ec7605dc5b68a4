"""Why a claim was refuted."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    PARSES = "parses"  # a syntax error is claimed of a file that parses
    DEFINED = "defined"  # a name is said to be undefined that the file binds
    USED = "used"  # a name is said to be unused that other lines read
    PRESENT = "present"  # what is said to be missing stands there
    REMOVED = "removed"  # code that the change removed is spoken of as if it stood
    KEPT = "kept"  # code that still stands is said to be removed
    RESTATED = "restated"  # the change is told, and no failure
    PRAISE = "praise"
    ADVICE = "advice"  # care is asked for, and no failure told
    SELF_TALK = "self-talk"  # the model speaks of itself or of its answer
    PLACEHOLDER = "placeholder"  # words of the form that it was to fill in
    EXAMPLE = "example"  # a finding of the prompt's examples, said of other code
    REPEATED = "repeated"  # said before of the same place, or word for word of another
