"""Settings: what a key is called, what it may be, and who may set it (`config.py` reads them).

The repository is not trusted: its file may say how a review is done, never where code is sent
or what is run. A key that decides that is `trusted` here, and an error in the repository's file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    # Words of other nouns, whose import costs a hook more than git does (`config.py` has them).
    from reviewbot.finding import Gate
    from reviewbot.prompt import Think

EffortName = Literal["auto", "plain", "fast", "balanced", "thorough"]
EngineName = Literal["auto", "ollama", "openai", "embedded", "scripted"]
# By ISO 639-1; `zh` is Simplified Chinese.
Language = Literal[
    "en", "ja", "zh", "zh-TW", "ko", "de", "fr", "es", "pt", "it",
    "nl", "pl", "ru", "uk", "tr", "vi", "id", "th", "hi", "ar",
]  # fmt: skip
FormatName = Literal[
    "text",
    "json",
    "jsonl",
    "sarif",
    "gitlab",
    "github",
    "rdjson",
    "rdjsonl",
    "junit",
    "checkstyle",
    "markdown",
    "html",
]
# The type of a value in the KV cache, in llama.cpp's and Ollama's words.
CacheType = Literal["f16", "q8_0", "q4_0"]
LinterMode = Literal["auto", "on", "off"]
Switch = Literal["on", "off"]


def _key(
    help_text: str, default: Any, *, trusted: bool, least: int | None = None, example: Any = None
) -> Any:
    """A number must be more than 0, or at least `least` where that is said. What has no default
    has an `example`, for the files that `reviewbot init` writes."""
    metadata = {"help": help_text, "trusted": trusted, "least": least, "example": example}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    engine: EngineName = _key("Which engine answers the prompts.", "auto", trusted=True)
    model: str | None = _key(
        "The model: an Ollama tag; for `openai` one of the server's; for `embedded` a catalogue"
        " name, the path of a GGUF file, or `owner/repo:Q4_K_M` of Hugging Face after `reviewbot"
        " models pull`; for `scripted` a JSON-lines file.",
        None,
        trusted=True,
        example="qwen2.5-coder:7b",
    )
    url: str | None = _key(
        "Address of the engine's server; for `openai` with or without `/v1`.",
        None,
        trusted=True,
        example="http://127.0.0.1:8080",
    )
    window: int | None = _key(
        "Context window in tokens: of `embedded` (default: 4,096 and the thought) and of `ollama`"
        " (default: 8,192 and the thought, or a longer one that is in memory), never more than the"
        " model was trained with; or of an `openai` server that does not tell its own: of two that"
        " are known the smaller holds.",
        None,
        trusted=True,
        example=16384,
    )
    think: Think | None = _key(
        "How long a thinking model may think before it answers: `off`, `low`, `medium` or `high`"
        " (1,024, 2,048 and 6,144 tokens); none: as its family does best.",
        None,
        trusted=False,
        example="low",
    )
    temperature: float | None = _key(
        "Temperature in place of the one that the model's family is asked with.",
        None,
        trusted=False,
        least=0,
        example=0.2,
    )
    seed: int | None = _key(
        "Seed of the sampling (default: 0).", None, trusted=False, least=0, example=1
    )
    system_prompt: str | None = _key(
        "File with a system prompt to ask with in place of reviewbot's own (see docs/prompts.md);"
        " in a file of settings relative to that file.",
        None,
        trusted=True,
        example="review_system.j2",
    )
    effort: EffortName = _key(
        "How much is asked about each chunk. `plain`: one open question. `fast`: the model compares"
        " the old and the new code of an edit, and is asked about it only where it has doubts."
        " `balanced`: both. `thorough`: the open question three times, and each finding once more"
        " by itself. `auto`: `fast` for models of up to 4 billion parameters, else `balanced`.",
        "auto",
        trusted=False,
    )
    language: Language = _key(
        "Language that findings and explanations are written in; code, paths and rules stay as they"
        " are.",
        "en",
        trusted=False,
    )
    slots: int | None = _key(
        "Prompts that the engine answers at the same time (default: as many as it tells of, or"
        " is seen to answer; for `embedded` 1).",
        None,
        trusted=True,
        example=2,
    )
    gpu_layers: int | None = _key(
        "Layers of the model that the `embedded` engine puts on the GPU; none: all that fit, where"
        " the installed build of xllamacpp has a GPU.",
        None,
        trusted=True,
        least=0,
        example=20,
    )
    cache_type: CacheType = _key(
        "Type of the `embedded` engine's KV cache: `f16`, or `q8_0` and `q4_0`, which take about a"
        " half and a quarter of its memory.",
        "f16",
        trusted=True,
    )
    lora: str | None = _key(
        "LoRA adapter for the `embedded` engine: the path of a GGUF file, or `PATH=SCALE`; in a"
        " file of settings relative to that file.",
        None,
        trusted=True,
        example="adapter.gguf",
    )
    warm_minutes: float = _key(
        "Minutes that the `embedded` engine keeps its model after a review, for the next"
        " one; 0: none, it is loaded for each (docs/hooks.md, `reviewbot status`).",
        10.0,
        trusted=True,
        least=0,
    )
    allow_hosts: tuple[str, ...] = _key(
        "Hosts beside this machine that code may be sent to.", (), trusted=True
    )
    allow_plaintext: bool = _key(
        "Let plain http carry code to an allowed host.", False, trusted=True
    )
    models_dir: str | None = _key(
        "Folder of the embedded engine's weights (default: the user's data folder).",
        None,
        trusted=True,
        example="/srv/models",
    )
    cache_dir: str | None = _key(
        "Folder of what is kept for the next run: the cache, and what is learnt of models (default:"
        " the user's cache folder).",
        None,
        trusted=True,
        example="/srv/reviewbot",
    )
    cache: str = _key(
        "Whether models' answers are kept, so that the same is not asked again: `on`, `off`, or"
        " `rediss://HOST:PORT`, a Redis that a team shares (docs/cache.md).",
        "on",
        trusted=True,
    )
    cache_key_file: str | None = _key(
        "File with the team's key of a shared cache, which `reviewbot cache key` makes; in a file"
        " of settings relative to that file.",
        None,
        trusted=True,
        example="team.key",
    )
    cache_ttl_days: int = _key("Days for which a shared cache holds an answer.", 30, trusted=True)
    cache_size_mb: int = _key(
        "Megabytes that the cache may take; what was not used for the longest time goes first.",
        200,
        trusted=True,
    )
    history: Switch = _key(
        "Whether each review is noted, as numbers alone, for `reviewbot stats` (docs/stats.md).",
        "on",
        trusted=True,
    )
    timeout: float = _key(
        "Seconds without a byte after which an engine is given up.", 300.0, trusted=True
    )
    format: FormatName = _key("Format of the report on standard output.", "text", trusted=False)
    fail_on: Gate = _key(
        "Lowest severity that makes the exit code 1 (and so blocks a commit).",
        "never",
        trusted=False,
    )
    strict: bool = _key(
        "In a hook: let an incomplete review block, too (exit code 3).", False, trusted=False
    )
    min_confidence: float = _key(
        "Confidence from 0 to 1 below which a finding is muted (docs/muting.md).",
        0.5,
        trusted=False,
        least=0,
    )
    baseline: str | None = _key(
        "JSON report or baseline file whose findings are known, and muted (see docs/muting.md). In"
        " the repository's file a path from its top, read from the index for a staged change and"
        " from the base for others.",
        None,
        trusted=False,
        example=".reviewbot-baseline.json",
    )
    linters: LinterMode = _key(
        "Whether linters are heard: `auto` (those that are installed, except where the project runs"
        " them itself), `on` (all; one that is missing is an error) or `off`.",
        "auto",
        trusted=False,
    )
    max_chunks: int | None = _key(
        "Ask about this many chunks at the most, the riskiest first; the rest is reported as not"
        " reviewed.",
        None,
        trusted=False,
        example=200,
    )
    deadline: float | None = _key(
        "Seconds after which the review stops; the riskiest chunks come first, and the rest is"
        " reported as not reviewed.",
        None,
        trusted=False,
        example=120.0,
    )
    hook_deadline: float = _key(
        "What `deadline` is in a hook where it is not set: seconds after which a commit or a push"
        " is no longer kept waiting; 0: none (docs/hooks.md).",
        10.0,
        trusted=False,
        least=0,
    )
    background: Switch = _key(
        "Whether a hook leaves what it has no time for to a process in the background, and"
        " `post-commit` the commit; its answers go to the cache (docs/hooks.md).",
        "on",
        trusted=True,
    )
    # From the environment alone, and no keys: what is sent to the engine, and where the user's
    # own Ollama tools look for their server.
    api_key: str | None = field(default=None, repr=False)
    cache_key: str | None = field(default=None, repr=False)
    cache_password: str | None = field(default=None, repr=False)
    ollama_host: str | None = None
    # No key either: where templates of the user's stand, if they are to be read.
    prompts_folder: Path | None = None
