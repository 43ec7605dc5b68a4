r"""Text of the change as a model sees it: without the words by which a chat template is read.

A server that fills a template in looks for those words in all of it, so code that holds
`<|im_end|>` would end the question. Here a blank stands behind the first sign of each: it is text
that a person and a model read as before, and no token of its own.

>>> displayed('reply = "<|im_end|>"')
'reply = "< |im_end|>"'
>>> displayed("[/INST] a <| b")
'[ /INST] a < | b'

A word is also found in full-width letters and with characters between that nobody sees, because
some tokenizers fold them, and models read them all. No line of the change makes a line of its own:

>>> displayed("x = 1\rUnder review:")
'x = 1\\rUnder review:'

Layouts that are words alone (`### Instruction:`, `USER:`) need the beginning of a line, and no text
of the change stands there.
"""

from __future__ import annotations

import re
import unicodedata

# By family, each as the tokenizer's or the template's publisher spells it.
_ANGLE = (
    # ChatML (Qwen, Yi, SmolLM), Llama 3, Phi, GLM, Granite, gpt-oss, Command R, FIM of Qwen; with
    # full-width bars DeepSeek, Hunyuan
    r"\|",
    r"\w+\|>",  # Gemma 4
    r"<SYS>>|</SYS>>",  # Llama 2
    r"/?(?:s|bos|eos|pad|unk|mask|sep|sop|eop|cls)>",  # Llama 2, Mistral, Gemma, GLM
    r"(?:start|end)_of_(?:turn|image|audio)>",  # Gemma
    r"(?:BOS|EOS|PAD|UNK|CLS|SEP|MASK|EOP)_TOKEN>",  # Command R
    r"/?think(?:ing)?>",  # R1, Qwen3, Magistral
    r"/?tools?(?:_calls?|_response|_result|_sep)?>",  # Qwen, Granite, Hermes
    # StarCoder, SmolLM
    r"fim_(?:prefix|middle|suffix|pad)>|issue_(?:start|comment|closed)>|commit_(?:before|msg|after)>",
    r"jupyter_(?:start|text|code|output|script)>|pr(?:_\w+)?>",
    r"(?:file_sep|repo_name|reponame|filename|gh_stars|empty_output)>",
    r"(?:PRE|SUF|MID|EOT|FILL_ME)>",  # CodeLlama
    r"(?:extra_id_|SPECIAL_|special_|unused|reserved_|reserved_token_|dummy)\d+>",
    r"seed:\w+(?::\w+)?>",  # Seed
)
_SQUARE = (
    # Mistral, Devstral, Magistral
    r"/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CALLS|TOOL_CONTENT|MODEL_SETTINGS)\]",
    r"/?(?:THINK|ARGS|CALL_ID|IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO|PREFIX|MIDDLE|SUFFIX|REF)\]",
    r"(?:gMASK|sMASK|MASK|CLS|SEP|PAD|UNK|BOS|EOS|@BOS@)\]",  # GLM, BERT, EXAONE
    r"\|\w+\|\]",  # EXAONE
    r"e~\[",  # MiniMax
)
_SPECIAL = re.compile(rf"<(?={'|'.join(_ANGLE)})|\[(?={'|'.join(_SQUARE)})|\](?=~!?b[\[\]])")
# What any reader may take for the end of a line.
_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Letters that are nothing to see, besides the categories below.
_FILLERS = "\u115f\u1160"
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})


def displayed(text: str) -> str:
    """A line of the change as a model sees it: decoded, on one line, with its special words broken
    up. It is its own displayed form."""
    shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    shown = _BREAK.sub(lambda found: repr(found.group())[1:-1], shown.rstrip("\r"))
    return broken_up(shown)


def broken_up(text: str) -> str:
    """The text with a blank behind the first sign of each special word."""
    seen, places = folded(text)
    parts, begin = [], 0
    for found in _SPECIAL.finditer(seen):
        after = places[found.start()] + 1
        parts.append(text[begin:after])
        begin = after
    return " ".join([*parts, text[begin:]])


def folded(text: str) -> tuple[str, range | list[int]]:
    """What is left for the eye, in its usual letters, and where in the text each character was."""
    if text.isascii() and text.isprintable():
        return text, range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character):
            if unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS:
                letters.append(letter)
                places.append(at)
    return "".join(letters), places
