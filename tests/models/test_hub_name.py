"""Names of Hugging Face's files, and which files they mean."""

from __future__ import annotations

import pytest

from reviewbot.errors import UsageError
from reviewbot.models.hub_name import HubName, chosen, hub_name

_FILES = (
    *("README.md", "mmproj-F16.gguf", "sub/Model-BF16.gguf"),
    *("Model-Q4_K_M.gguf", "Model-Q8_0.gguf", "model-iq3_xs.gguf"),
    *(f"Model-Q6_K/Model-Q6_K-0000{n}-of-00003.gguf" for n in (3, 1, 2)),
)
_PARTS = tuple(f"Model-Q6_K/Model-Q6_K-0000{n}-of-00003.gguf" for n in (1, 2, 3))


@pytest.mark.parametrize("before", ["", "hf.co/", "huggingface.co/", "https://huggingface.co/"])
@pytest.mark.parametrize("wanted", ["Q4_K_M", "sub/file.gguf", ""])
def test_a_name_in_every_spelling(before: str, wanted: str) -> None:
    text = f"{before}own-er/Re.po-GGUF" + (f":{wanted}" if wanted else "")
    found = hub_name(text)
    assert found == HubName("own-er/Re.po-GGUF", wanted)
    assert hub_name(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "name", "qwen2.5-coder:7b", "owner/", "/repo:Q4", "./dir/file.gguf", "~/x.gguf"),
        *("dir/file.gguf", "../repo:Q4", "owner/..:Q4", "owner/repo:", "a/b/c:Q4"),
        *("owner/repo:../x.gguf", "owner/repo:a/../x.gguf", "owner/repo:/etc/x.gguf"),
        *("owner/repo:a//b.gguf", "owner/repo:a?b", "owner/repo:a b", "owner/repo:Q4\n"),
    ],
)
def test_what_is_no_name_of_a_file_there(text: str) -> None:
    assert hub_name(text) is None


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        ("Q4_K_M", ("Model-Q4_K_M.gguf",)),
        ("q4_k_m", ("Model-Q4_K_M.gguf",)),
        ("IQ3_XS", ("model-iq3_xs.gguf",)),
        ("Model-Q8_0.gguf", ("Model-Q8_0.gguf",)),
        ("sub/Model-BF16.gguf", ("sub/Model-BF16.gguf",)),
        ("Model-BF16.gguf", ("sub/Model-BF16.gguf",)),
        ("Q6_K", _PARTS),
        (_PARTS[1], _PARTS),
    ],
)
def test_the_files_that_are_meant(wanted: str, files: tuple[str, ...]) -> None:
    assert chosen(HubName("o/r", wanted), _FILES) == files


def test_the_one_model_of_a_repository_needs_no_quantisation() -> None:
    assert chosen(HubName("o/r", ""), ("x.gguf", "config.json")) == ("x.gguf",)


@pytest.mark.parametrize("wanted", ["Q5_K_M", "K_M", "4_K_M", "absent.gguf", "mmproj-F16.gguf"])
def test_what_is_not_there_is_told_with_what_is(wanted: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(HubName("o/r", wanted), _FILES)
    said = f"o/r:{wanted} is not there; there are: Q4_K_M, Q6_K, Q8_0, iq3_xs, BF16"
    assert caught.value.message == said
    assert caught.value.remedy == "reviewbot models pull o/r:Q4_K_M"


def test_of_several_one_is_to_be_named() -> None:
    files = ("A-Q4_K_M.gguf", "B-Q4_K_M.gguf", "A-Q8_0.gguf")
    with pytest.raises(UsageError) as caught:
        chosen(HubName("o/r", "Q4_K_M"), files)
    assert "A-Q4_K_M.gguf, B-Q4_K_M.gguf" in caught.value.message
    assert caught.value.remedy == "reviewbot models pull o/r:A-Q4_K_M.gguf"
    with pytest.raises(UsageError, match="several files"):
        chosen(HubName("o/r", ""), files)


def test_a_model_without_all_of_its_parts_is_none() -> None:
    with pytest.raises(UsageError, match="2 of 3 parts"):
        chosen(HubName("o/r", "Q6_K"), _PARTS[:2])


def test_a_repository_without_gguf_is_told() -> None:
    with pytest.raises(UsageError, match="has no GGUF file") as caught:
        chosen(HubName("o/r", "Q4_K_M"), ("model.safetensors",))
    assert "-GGUF" in caught.value.remedy
