from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from reviewbot import config, config_value
from reviewbot.config import Committed, ConfigFile, config_files, load
from reviewbot.config_value import known_keys
from reviewbot.errors import ConfigError
from reviewbot.settings import Settings


def _user_file(text: str) -> Path:
    path = config.user_config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _own_file(top: Path, text: str) -> Path:
    path = top / ".reviewbot.toml"
    path.write_text(text)
    return path


def _load(
    top: Path, environ: Mapping[str, str] = {}, named: Path | None = None, **flags: Any
) -> Settings:
    return load(flags, environ, config_files(top, named, ignored=False))


def _trusted(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "named.toml"
    path.write_text(text)
    return load({}, {}, (ConfigFile(path, trusted=True),))


# The order of the sources


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    assert _load(tmp_path) == Settings()


def test_each_source_wins_over_the_ones_below_it(tmp_path: Path) -> None:
    user = "fail_on = 'note'\nmax_chunks = 1\ndeadline = 10\nstrict = true\n"
    _user_file(user)
    assert _load(tmp_path).max_chunks == 1
    _own_file(tmp_path, "fail_on = 'warning'\nmax_chunks = 2\ndeadline = 20\n")
    environ = {"REVIEWBOT_FAIL_ON": "error", "REVIEWBOT_MAX_CHUNKS": "3"}
    found = _load(tmp_path, environ, fail_on="never")
    assert (found.fail_on, found.max_chunks, found.deadline, found.strict) == ("never", 3, 20, True)


def test_a_flag_that_was_not_given_hides_nothing(tmp_path: Path) -> None:
    assert _load(tmp_path, {"REVIEWBOT_STRICT": "1"}, strict=None).strict


def test_a_flag_of_false_is_a_word_of_its_own(tmp_path: Path) -> None:
    assert not _load(tmp_path, {"REVIEWBOT_STRICT": "1"}, strict=False).strict


def test_the_table_of_pyproject_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.reviewbot]\nfail_on = 'error'\n")
    assert _load(tmp_path).fail_on == "error"


def test_the_repositorys_own_file_stands_in_for_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.reviewbot]\nfail_on = 'error'\nstrict=true\n")
    _own_file(tmp_path, "max_chunks = 2\n")
    found = _load(tmp_path)
    assert (found.fail_on, found.strict, found.max_chunks) == ("never", False, 2)


@pytest.mark.parametrize("text", ["", "[tool.ruff]\nline-length = 100\n", "[project]\nname='x'\n"])
def test_a_pyproject_that_says_nothing_of_us_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert _load(tmp_path) == Settings()


def test_the_named_file_stands_in_for_the_others_and_is_trusted(tmp_path: Path) -> None:
    _user_file("max_chunks = 1\n")
    _own_file(tmp_path, "fail_on = 'error'\n")
    named = tmp_path / "named.toml"
    named.write_text("engine = 'embedded'\n")
    assert _load(tmp_path, named=named) == Settings(engine="embedded")


def test_the_files_of_a_commit_stand_in_for_those_of_the_disk(tmp_path: Path) -> None:
    _own_file(tmp_path, "max_chunks = 1\n")
    _user_file("deadline = 5\n")
    both = {
        "pyproject.toml": b"[tool.reviewbot]\nmax_chunks = 2\n",
        ".reviewbot.toml": b"max_chunks = 3\n",
    }
    own = {name: text for name, text in both.items() if name == "pyproject.toml"}
    for contents, chunks in ((both, 3), (own, 2), ({}, None)):
        files = config_files(Committed("1" * 40, contents), None, ignored=False)
        found = load({}, {}, files)
        assert (found.max_chunks, found.deadline) == (chunks, 5)
    assert config_files(Committed("1" * 40, both), None, ignored=True) == ()


def test_a_trusted_key_in_a_commit_is_named_with_it() -> None:
    contents = {".reviewbot.toml": b"url = 'http://10.0.0.5'\n"}
    files = config_files(Committed("1" * 40, contents), None, ignored=False)
    with pytest.raises(ConfigError, match=r"^111111111111:\.reviewbot\.toml: `url` is not the"):
        load({}, {}, files)


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such config file.*absent\.toml"):
        config_files(tmp_path, tmp_path / "absent.toml", ignored=False)


def test_no_config_ignores_every_file(tmp_path: Path) -> None:
    _user_file("max_chunks = 1\n")
    _own_file(tmp_path, "not toml")
    assert config_files(tmp_path, None, ignored=True) == ()


def test_outside_a_repository_the_users_file_holds(tmp_path: Path) -> None:
    path = _user_file("max_chunks = 1\n")
    assert config_files(None, None, ignored=False) == (ConfigFile(path, trusted=True),)


# Types


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("STRICT", "true", True),
        ("STRICT", "0", False),
        ("ALLOW_PLAINTEXT", "yes", True),
        ("MAX_CHUNKS", "7", 7),
        ("DEADLINE", "2.5", 2.5),
        ("TIMEOUT", "30", 30.0),
        ("MODEL", "123", "123"),
        ("ENGINE", "scripted", "scripted"),
        ("FORMAT", "json", "json"),
        ("ALLOW_HOSTS", "gpu.example, 10.0.0.5 ,", ("gpu.example", "10.0.0.5")),
        ("ALLOW_HOSTS", "", ()),
        ("URL", "http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("MODELS_DIR", "~/models", "~/models"),
    ],
)
def test_the_environment_is_converted(name: str, text: str, value: object) -> None:
    assert getattr(load({}, {f"REVIEWBOT_{name}": text}, ()), name.lower()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("allow_hosts = ['gpu.example', '10.0.0.5']", ("gpu.example", "10.0.0.5")),
        ("allow_hosts = 'gpu.example'", ("gpu.example",)),
        ("timeout = 30", 30.0),
        ("deadline = 0.5", 0.5),
        ("strict = true", True),
    ],
)
def test_a_file_has_the_types_already(tmp_path: Path, text: str, value: object) -> None:
    assert getattr(_trusted(tmp_path, text), text.split(maxsplit=1)[0]) == value


@pytest.mark.parametrize(
    "text",
    [
        "strict = 'yes'",
        "strict = 1",
        "max_chunks = '3'",
        "max_chunks = 2.5",
        "max_chunks = true",
        "timeout = '30'",
        "timeout = 2020-01-01",
        "model = 5",
        "allow_hosts = [1]",
        "allow_hosts = {a = 'b'}",
        "fail_on = ['error']",
        "engine = ''",
    ],
)
def test_a_wrong_type_in_a_file_names_the_file_and_the_key(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=rf"named\.toml: `{text.split(maxsplit=1)[0]}` cannot be"):
        _trusted(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MAX_CHUNKS", "many"),
        ("MAX_CHUNKS", "1.5"),
        ("MAX_CHUNKS", ""),
        ("STRICT", "perhaps"),
        ("DEADLINE", "soon"),
    ],
)
def test_a_wrong_type_in_the_environment_names_the_variable(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"REVIEWBOT_{name}: `{name.lower()}` cannot be"):
        load({}, {f"REVIEWBOT_{name}": text}, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TIMEOUT", "0"),
        ("TIMEOUT", "-1"),
        ("TIMEOUT", "nan"),
        ("TIMEOUT", "inf"),
        ("TIMEOUT", "1e10"),
        ("DEADLINE", "-0.5"),
        ("MAX_CHUNKS", "0"),
    ],
)
def test_a_number_that_no_clock_can_wait_for_is_an_error(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=r"more than 0|is the most"):
        load({}, {f"REVIEWBOT_{name}": text}, ())


def test_a_choice_that_is_none_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match='did you mean "ollama"'):
        load({}, {"REVIEWBOT_ENGINE": "ollma"}, ())
    with pytest.raises(ConfigError, match="known: error, never, note, warning"):
        load({"fail_on": "qqq"}, {}, ())


@given(st.text(), st.sampled_from(["MODEL", "TIMEOUT", "STRICT", "ENGINE", "ALLOW_HOSTS", "X"]))
def test_no_text_in_the_environment_is_more_than_a_config_error(text: str, name: str) -> None:
    with contextlib.suppress(ConfigError):
        load({}, {f"REVIEWBOT_{name}": text}, ())


# Keys


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    _own_file(tmp_path, "fail-on = 'error'\n")
    with pytest.raises(ConfigError, match=r'unknown key `fail-on`; did you mean "fail_on"'):
        _load(tmp_path)


def test_an_unknown_variable_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r'unknown key `modell`; did you mean "model"'):
        load({}, {"REVIEWBOT_MODELL": "x"}, ())


def test_variables_of_others_are_not_read() -> None:
    assert load({}, {"MODEL": "x", "XREVIEWBOT_MODEL": "y", "REVIEWBOT": "z"}, ()) == Settings()


_TRUSTED = {
    "engine": "'ollama'",
    "model": "'x'",
    "url": "'http://10.0.0.5'",
    "allow_hosts": "['10.0.0.5']",
    "allow_plaintext": "true",
    "models_dir": "'.'",
    "background": "'off'",
    "cache": "'off'",
    "history": "'off'",
    "cache_dir": "'.'",
    "cache_key_file": "'team.key'",
    "cache_ttl_days": "1",
    "cache_size_mb": "1",
    "timeout": "1",
    "window": "1",
    "system_prompt": "'x.j2'",
    "slots": "1",
    "gpu_layers": "1",
    "cache_type": "'q8_0'",
    "lora": "'x.gguf'",
    "warm_minutes": "1.0",
}


def test_the_keys_that_say_where_code_goes_are_trusted() -> None:
    trusted = {key for key, facts in known_keys().items() if facts["trusted"]}
    assert trusted == set(_TRUSTED)


@pytest.mark.parametrize("key", _TRUSTED)
@pytest.mark.parametrize("name", [".reviewbot.toml", "pyproject.toml"])
def test_a_trusted_key_is_not_the_repositorys_to_set(tmp_path: Path, key: str, name: str) -> None:
    table = "[tool.reviewbot]\n" if name == "pyproject.toml" else ""
    (tmp_path / name).write_text(f"{table}{key} = {_TRUSTED[key]}\n")
    with pytest.raises(ConfigError, match=f"`{key}` is not the repository's to set") as caught:
        _load(tmp_path)
    assert str(config.user_config_path()) in caught.value.remedy
    assert f"--{key.replace('_', '-')}" in caught.value.remedy


@pytest.mark.parametrize("key", _TRUSTED)
def test_a_trusted_key_is_the_users_to_set(tmp_path: Path, key: str) -> None:
    _user_file(f"{key} = {_TRUSTED[key]}\n")
    assert getattr(_load(tmp_path), key) != getattr(Settings(), key)


@pytest.mark.parametrize("key", ["api_key", "ollama_host"])
def test_the_key_and_ollamas_host_stand_in_no_file(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown key `{key}`"):
        _trusted(tmp_path, f"{key} = 'x'")
    with pytest.raises(ConfigError, match="unknown key"):
        load({}, {"REVIEWBOT_OLLAMA_HOST": "x"}, ())


def test_the_api_key_comes_from_the_environment_and_is_not_printed() -> None:
    found = load({}, {"REVIEWBOT_API_KEY": "hunter2", "OPENAI_API_KEY": "no"}, ())
    assert found.api_key == "hunter2"
    assert "hunter2" not in repr(found)


def test_a_line_break_after_the_api_key_is_no_part_of_it() -> None:
    assert load({}, {"REVIEWBOT_API_KEY": " hunter2\r\n"}, ()).api_key == "hunter2"


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_api_key_is_none(text: str) -> None:
    assert load({}, {"REVIEWBOT_API_KEY": text}, ()).api_key is None


@pytest.mark.parametrize("text", ["hun\nter2", "hunter2\x00x", "hünter2", "hun\r\nX-Other: ter2"])
def test_an_api_key_that_no_header_can_hold_is_refused_unseen(text: str) -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_API_KEY") as caught:
        load({}, {"REVIEWBOT_API_KEY": text}, ())
    assert "ter2" not in str(caught.value)


def test_ollamas_host_comes_from_ollamas_variable() -> None:
    assert load({}, {"OLLAMA_HOST": "127.0.0.1:1"}, ()).ollama_host == "127.0.0.1:1"


# Files that are not what they should be


@pytest.mark.parametrize(
    "content",
    [
        b"strict = ",
        b"strict = true\nstrict = false\n",
        b"\xff\xfe",
        b"strict = true\n\x00",
        b"max_chunks = " + b"9" * 5000,
        b"strict = " + b"[" * 5000,
    ],
)
def test_a_file_that_is_no_toml_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".reviewbot.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"\.reviewbot\.toml"):
        _load(tmp_path)


@pytest.mark.parametrize("text", ["tool = 1", "[tool]\nreviewbot = 'x'", "tool = ['reviewbot']"])
def test_a_pyproject_whose_table_is_none_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"\[tool\.reviewbot\] is not a table"):
        _load(tmp_path)


def test_a_folder_in_place_of_the_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".reviewbot.toml").mkdir()
    assert _load(tmp_path) == Settings()


@pytest.mark.parametrize("key", ["temperature", "seed"])
def test_a_sampling_of_nought_is_one_and_less_is_none(tmp_path: Path, key: str) -> None:
    assert getattr(_load(tmp_path, {f"REVIEWBOT_{key.upper()}": "0"}), key) == 0
    with pytest.raises(ConfigError, match="it must be at least 0"):
        _load(tmp_path, {f"REVIEWBOT_{key.upper()}": "-1"})


def test_no_layer_on_the_gpu_is_a_number_of_layers(tmp_path: Path) -> None:
    assert _load(tmp_path, {"REVIEWBOT_GPU_LAYERS": "0"}).gpu_layers == 0
    with pytest.raises(ConfigError, match="it must be at least 0"):
        _load(tmp_path, {"REVIEWBOT_GPU_LAYERS": "-1"})


def test_a_cache_type_that_nobody_reckons_with_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="q8_0"):
        _load(tmp_path, {"REVIEWBOT_CACHE_TYPE": "q8"})


@pytest.mark.parametrize("key", ["system_prompt", "lora"])
def test_a_path_in_a_file_stands_beside_that_file(tmp_path: Path, key: str) -> None:
    """Relative to the working directory it would be a file of the repository's."""
    _user_file(f"{key} = 'mine=1'\n")
    folder = config.user_config_path().parent
    assert getattr(_load(tmp_path), key) == str(folder / "mine=1")
    assert getattr(_trusted(tmp_path, f"{key} = '~/x'"), key) == str(Path.home() / "x")
    assert getattr(_trusted(tmp_path, f"{key} = '/x'"), key) == "/x"


@pytest.mark.parametrize("key", ["system_prompt", "lora"])
def test_a_path_in_the_environment_says_where_it_is(key: str) -> None:
    name = f"REVIEWBOT_{key.upper()}"
    assert getattr(load({}, {name: "/a/b"}, ()), key) == "/a/b"
    for text in ("b", "./b", ""):
        with pytest.raises(ConfigError, match=f"{name}.*is not an absolute path"):
            load({}, {name: text}, ())


# A file that the repository may name


def test_a_baseline_of_the_users_is_a_file_and_of_the_repositorys_a_path(tmp_path: Path) -> None:
    _own_file(tmp_path, "baseline = 'ci/./known.json'\n")
    assert _load(tmp_path).baseline == "ci/known.json"
    assert _load(tmp_path, {"REVIEWBOT_BASELINE": "/ci/known.json"}).baseline == "/ci/known.json"
    assert _trusted(tmp_path, "baseline = 'known.json'\n").baseline == f"{tmp_path}/known.json"


@pytest.mark.parametrize(
    "value", ["/etc/passwd", "../known.json", "a/../../b", ".", "a\\nb", "a\\u001b", "a\\u0000b"]
)
def test_the_repository_names_no_file_outside_of_it(tmp_path: Path, value: str) -> None:
    _own_file(tmp_path, f'baseline = "{value}"\n')
    with pytest.raises(ConfigError, match="a repository names a file of its own"):
        _load(tmp_path)


def test_a_baseline_in_the_environment_is_no_file_of_the_repositorys(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"REVIEWBOT_BASELINE: 'known\.json' is not an absolute"):
        _load(tmp_path, {"REVIEWBOT_BASELINE": "known.json"})


_NUMBERS = st.one_of(st.integers(-10, 10**10), st.floats(), st.booleans(), st.none())
_TEXTS = st.one_of(
    _NUMBERS.map(str), st.from_regex(r"[ 0+-]?[0-9_]{1,12}(\.[0-9]*)?", fullmatch=True)
)


@given(st.sampled_from([int, float, int | None, float | None, str, bool]), _NUMBERS | _TEXTS)
def test_a_number_without_pydantic_is_the_one_that_pydantic_makes_of_it(
    wanted: Any, value: object
) -> None:
    for from_text in (True, False):
        found = config_value._plain_number(wanted, value, from_text=from_text)
        if found is not None:
            checked = TypeAdapter(wanted).validate_python(value, strict=not from_text)
            assert (type(found), found) == (type(checked), checked)


def test_plain_numbers_are_taken_without_it() -> None:
    assert config_value._plain_number(float, 60, from_text=False) == 60.0
    assert config_value._plain_number(float | None, "0.5", from_text=True) == 0.5
    assert config_value._plain_number(int | None, "8192", from_text=True) == 8192
    assert config_value._plain_number(float, "60", from_text=False) is None
