from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.engines import detect, embedded, local_model, presence
from reviewbot.engines.base import Patience
from reviewbot.engines.detect import opener
from reviewbot.engines.embedded import LocalModel
from reviewbot.engines.llama_process import Adapter, Loading
from reviewbot.engines.local_model import first_on_disk
from reviewbot.engines.wanted import Wanted, Warm, url_of_host
from reviewbot.errors import (
    EngineUnavailable,
    RefusedError,
    ReviewbotError,
    UsageError,
)
from reviewbot.models import weights
from reviewbot.models.catalog import Weights, all_weights
from reviewbot.network import Door
from reviewbot.report import EngineInfo
from reviewbot.settings import EngineName
from tests.engines import fake_openai as fakes
from tests.engines.fake_ollama import CODER, TINY, FakeOllama, loaded, saying, tag
from tests.engines.fake_openai import FakeOpenAI, running
from tests.models.fake_hub import fake_hub
from tests.serving import unused_port

_PATIENCE = Patience(timeout=2)
_SMALL = Weights(
    "small", "qwen2.5-coder-small.gguf", 5, hashlib.sha256(b"bytes").hexdigest(), "", None, None
)


@pytest.fixture(autouse=True)
def _engine_that_only_says_what_it_would_run(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def open_embedded(
        model: LocalModel, door: Door, patience: Patience, loading: Loading, warm: Warm | None
    ) -> Iterator[object]:
        info = EngineInfo("embedded", model.name, model.digest, loading.window)
        yield type("Engine", (), {"info": info, "loading": loading, "warm": warm})()

    monkeypatch.setattr(embedded, "open_embedded", open_embedded)
    monkeypatch.setattr(embedded, "installed", lambda: True)
    for module in (presence, local_model, weights):
        monkeypatch.setattr(module, "all_weights", lambda: (_SMALL, *all_weights()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder that holds one of the catalogue's weights."""
    (tmp_path / _SMALL.file).write_bytes(b"bytes")
    return tmp_path


def _wanted(folder: Path, url: str | None = None) -> Wanted:
    """`auto`, with the user's own Ollama at the URL."""
    host = url or f"127.0.0.1:{unused_port()}"
    return Wanted("auto", None, None, folder, ollama_host=host)


def _info(wanted: Wanted, door: Door | None = None) -> EngineInfo:
    with opener(wanted, door or Door(), _PATIENCE)() as engine:
        return engine.info


def _loading(wanted: Wanted) -> Loading:
    """How the embedded engine would load the model."""
    with opener(wanted, Door(), _PATIENCE)() as engine:
        found = engine.loading  # type: ignore[attr-defined]
        assert isinstance(found, Loading)
        return found


# Hugging Face's names


@pytest.fixture
def pulled(folder: Path) -> Path:
    path = folder / "Qwen/Coder-GGUF/Coder-Q4_K_M.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"bytes")
    status = path.stat()
    digest = hashlib.sha256(b"bytes").hexdigest()
    stamp = f"{digest} {status.st_size} {status.st_mtime_ns}\n"
    path.with_name(f"{path.name}.verified").write_text(stamp)
    return path


@pytest.mark.parametrize("engine", ["auto", "embedded"])
@pytest.mark.parametrize(
    "name", ["Qwen/Coder-GGUF:Q4_K_M", "hf.co/Qwen/Coder-GGUF:Coder-Q4_K_M.gguf"]
)
def test_a_file_of_hugging_faces_that_was_pulled(
    folder: Path, pulled: Path, engine: EngineName, name: str
) -> None:
    info = _info(replace(_wanted(folder), engine=engine, model=name))
    assert info.model == name.removeprefix("hf.co/")
    assert info.digest == hashlib.sha256(b"bytes").hexdigest()


@pytest.mark.parametrize("engine", ["auto", "embedded"])
@pytest.mark.parametrize("name", ["Qwen/Coder-GGUF:Q8_0", "owner/repo:Q4_K_M"])
def test_a_review_fetches_nothing_and_says_what_does(
    folder: Path, pulled: Path, monkeypatch: pytest.MonkeyPatch, engine: EngineName, name: str
) -> None:
    with fake_hub(monkeypatch, {"x-Q4_K_M.gguf": b"x"}) as hub:
        with pytest.raises(EngineUnavailable) as caught:
            _info(replace(_wanted(folder), engine=engine, model=name))
        assert hub.seen == []
    assert caught.value.remedy.startswith(f"reviewbot models pull {name}")


def test_an_ollama_that_holds_a_model_of_that_name_goes_first(
    ollama: FakeOllama, folder: Path, pulled: Path
) -> None:
    name = "hf.co/Qwen/Coder-GGUF:Q4_K_M"
    ollama.tags = [tag(name)]
    assert _info(replace(_wanted(folder, ollama.url), model=name)).name == "ollama"


def test_a_path_that_is_there_stays_a_path(
    folder: Path, pulled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    odd = folder / "owner" / "repo:Q4_K_M.gguf"
    odd.parent.mkdir()
    odd.touch()
    for name in ("owner/repo:Q4_K_M.gguf", str(pulled), "Qwen/Coder-GGUF/Coder-Q4_K_M.gguf"):
        info = _info(Wanted("embedded", name, None, folder))
        assert (info.model, info.digest) == (Path(name).stem, None)
    with pytest.raises(UsageError, match="no such model file"):
        _info(Wanted("embedded", "./absent/x.gguf", None, folder))


# A LoRA adapter


def test_an_adapter_goes_to_the_embedded_engine_though_ollama_is_there(
    ollama: FakeOllama, folder: Path
) -> None:
    (folder / "a.gguf").touch()
    wanted = replace(_wanted(folder, ollama.url), lora=f"{folder}/a.gguf=0.5")
    assert _loading(wanted).adapter == Adapter(f"{folder}/a.gguf", 0.5)
    assert ollama.served.seen == []


@pytest.mark.parametrize("engine", ["ollama", "openai", "scripted"])
def test_no_other_engine_reviews_without_the_adapter(folder: Path, engine: EngineName) -> None:
    wanted = Wanted(engine, "x", "http://127.0.0.1:1", folder, lora="a.gguf")
    for one in (wanted, replace(wanted, engine="auto")):
        with pytest.raises(UsageError, match="only the embedded engine takes --lora"):
            _info(one)


def test_the_embedded_engine_is_told_how_to_load(folder: Path) -> None:
    wanted = Wanted("embedded", None, None, folder, gpu_layers=0, cache_type="q4_0")
    found = _loading(wanted)
    assert (found.gpu_layers, found.cache, found.adapter) == (0, "q4_0", None)


@pytest.mark.parametrize("warm", [None, Warm(Path("/cache"), 5)])
def test_the_embedded_engine_is_kept_where_the_user_wants_it(
    folder: Path, warm: Warm | None
) -> None:
    wanted = Wanted("embedded", None, None, folder, warm=warm)
    with opener(wanted, Door(), _PATIENCE)() as engine:
        assert engine.warm == warm  # type: ignore[attr-defined]


# OLLAMA_HOST


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]", "http://127.0.0.1:11434"),
        ("[::]:8080", "http://127.0.0.1:8080"),
        ("::", "http://127.0.0.1:11434"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://gpu.example", "http://gpu.example:80"),
        ("https://gpu.example", "https://gpu.example:443"),
        ("https://gpu.example:8443/ollama", "https://gpu.example:8443/ollama"),
        ("gpu.example/", "http://gpu.example:11434"),
        (' "127.0.0.1:8080" ', "http://127.0.0.1:8080"),
    ],
)
def test_ollamas_host_is_read_as_ollama_reads_it(host: str, url: str) -> None:
    assert url_of_host(host) == url


def test_the_url_wins_over_ollamas_host(tmp_path: Path) -> None:
    wanted = Wanted("ollama", None, "http://127.0.0.1:1", tmp_path, ollama_host="127.0.0.1:2")
    assert wanted.ollama_url == "http://127.0.0.1:1"


def test_the_key_is_not_printed(tmp_path: Path) -> None:
    assert "hunter2" not in repr(Wanted("auto", None, None, tmp_path, key="hunter2"))


# auto


def test_auto_takes_the_code_model_of_a_local_ollama(ollama: FakeOllama, folder: Path) -> None:
    ollama.tags = [tag("llama3:8b", 10**10), tag(CODER), tag(TINY)]
    info = _info(_wanted(folder, ollama.url))
    assert (info.name, info.model) == ("ollama", CODER)


def test_auto_prefers_the_family_then_memory_then_size(ollama: FakeOllama, tmp_path: Path) -> None:
    ollama.tags = [
        tag("deepseek-r1:70b", 70),
        tag("qwen2.5-coder:7b", 7),
        tag("qwen2.5-coder:14b", 14),
    ]
    assert _info(_wanted(tmp_path, ollama.url)).model == "qwen2.5-coder:14b"
    ollama.running = [loaded("qwen2.5-coder:7b", 4096)]
    assert _info(_wanted(tmp_path, ollama.url)).model == "qwen2.5-coder:7b"


def test_auto_never_takes_a_remote_model(ollama: FakeOllama, folder: Path) -> None:
    ollama.tags = [
        tag("qwen3-coder:480b", remote_host="https://ollama.com:443"),
        tag("qwen2.5-coder:1b", remote_model="x"),
    ]
    assert _info(_wanted(folder, ollama.url)).name == "embedded"
    assert ollama.asked("/api/show") == []


def test_auto_takes_weights_on_disk_when_ollama_has_no_code_model(
    ollama: FakeOllama, folder: Path
) -> None:
    ollama.tags = [tag(TINY)]
    info = _info(_wanted(folder, ollama.url))
    assert (info.name, info.model, info.digest) == ("embedded", "small", _SMALL.sha256)


def test_auto_takes_weights_on_disk_when_no_ollama_runs(folder: Path) -> None:
    assert _info(_wanted(folder)).name == "embedded"


def test_auto_takes_weights_on_disk_when_the_port_is_another_servers(
    ollama: FakeOllama, folder: Path
) -> None:
    ollama.instead["/api/tags"] = saying(200, "<html>It works!</html>")
    assert _info(_wanted(folder, ollama.url)).name == "embedded"


def test_without_any_engine_the_two_ways_are_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no weights are on disk") as caught:
        _info(_wanted(tmp_path))
    assert "no Ollama answers" in caught.value.message
    assert local_model.PULL_EMBEDDED in caught.value.remedy
    assert detect.PULL_OLLAMA in caught.value.remedy
    assert "pip install" not in caught.value.remedy


def test_without_the_extra_its_installation_is_named_first(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(embedded, "installed", lambda: False)
    with pytest.raises(EngineUnavailable) as caught:
        _info(_wanted(folder))
    assert caught.value.remedy.startswith(
        f"{local_model.INSTALL_EMBEDDED} && {local_model.PULL_EMBEDDED}"
    )


def test_a_remote_ollama_host_is_not_contacted_and_is_named(tmp_path: Path) -> None:
    door = Door()
    with pytest.raises(EngineUnavailable, match=r"10\.255\.255\.1.* not this machine"):
        _info(_wanted(tmp_path, "10.255.255.1"), door)
    assert door.connections == ()


def test_a_remote_ollama_host_leaves_the_weights_on_disk(folder: Path) -> None:
    door = Door()
    assert _info(_wanted(folder, "10.255.255.1"), door).name == "embedded"
    assert door.connections == ()


def test_a_url_that_was_given_is_not_passed_over(folder: Path) -> None:
    closed = replace(_wanted(folder), url=f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(EngineUnavailable, match="no server answers"):
        _info(closed)
    with pytest.raises(RefusedError, match="not this machine"):
        _info(replace(closed, url="https://10.255.255.1"))


def test_auto_with_a_model_takes_the_engine_that_has_it(ollama: FakeOllama, folder: Path) -> None:
    wanted = _wanted(folder, ollama.url)
    assert _info(replace(wanted, model=CODER)).name == "ollama"
    assert _info(replace(wanted, model="small")).name == "embedded"


def test_auto_with_a_catalogue_name_asks_no_server(ollama: FakeOllama, folder: Path) -> None:
    _info(replace(_wanted(folder, ollama.url), model="small"))
    assert ollama.served.seen == []


def test_auto_with_a_path_takes_that_file(ollama: FakeOllama, tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.touch()
    info = _info(replace(_wanted(tmp_path, ollama.url), model=str(path)))
    assert (info.name, info.model, info.digest) == ("embedded", "mine", None)


def test_auto_with_a_model_that_nobody_has_says_why_and_names_the_nearest(
    ollama: FakeOllama, folder: Path
) -> None:
    with pytest.raises(
        EngineUnavailable, match="Ollama does not hold smal; did you mean"
    ) as caught:
        _info(replace(_wanted(folder, ollama.url), model="smal"))
    assert "small" in caught.value.message
    assert caught.value.remedy == "reviewbot models pull small, then --model small"


def test_auto_with_a_name_that_nobody_published_names_the_real_models(
    ollama: FakeOllama, folder: Path
) -> None:
    wanted = replace(_wanted(folder, ollama.url), model="DeepSeek Coder V3")
    for found in (wanted, replace(wanted, ollama_host=f"127.0.0.1:{unused_port()}")):
        with pytest.raises(EngineUnavailable, match="nobody publishes it") as caught:
            _info(found)
        assert "ollama pull deepseek-coder-v2:16b" in caught.value.remedy
        assert detect.PULL_OLLAMA not in caught.value.remedy
    ollama.tags = [tag(CODER), tag("deepseek-coder-v2:16b")]
    with pytest.raises(EngineUnavailable) as caught:
        _info(wanted)
    assert caught.value.remedy == "--model deepseek-coder-v2:16b"


def test_auto_with_a_catalogue_name_but_no_engine_for_it_says_both_ways_to_that_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedded, "installed", lambda: False)
    with pytest.raises(EngineUnavailable, match="engine is not installed") as caught:
        _info(replace(_wanted(tmp_path), model="qwen2.5-coder-0.5b"))
    assert caught.value.remedy == (
        f"{local_model.INSTALL_EMBEDDED} && reviewbot models pull qwen2.5-coder-0.5b, then --model"
        " qwen2.5-coder-0.5b\n   or: ollama pull qwen2.5-coder:0.5b, then --model"
        " qwen2.5-coder:0.5b"
    )


def test_auto_with_a_catalogue_name_that_is_not_on_disk_says_how_to_fetch_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        _info(replace(_wanted(tmp_path), model="small"))
    assert caught.value.remedy == "reviewbot models pull small"


# An engine by name


def test_ollama_without_a_known_model_says_how_to_get_one(ollama: FakeOllama, folder: Path) -> None:
    ollama.tags = [tag(TINY)]
    wanted = replace(_wanted(folder, ollama.url), engine="ollama")
    with pytest.raises(EngineUnavailable, match="holds no model that is known") as caught:
        _info(wanted)
    assert detect.PULL_OLLAMA in caught.value.remedy


def test_ollama_by_name_runs_any_model_that_it_holds(ollama: FakeOllama, folder: Path) -> None:
    ollama.tags = [tag(TINY)]
    wanted = replace(_wanted(folder, ollama.url), engine="ollama", model=TINY)
    assert _info(wanted).model == TINY


@pytest.mark.parametrize("engine", ["auto", "ollama"])
def test_ollama_is_opened_with_the_users_window(
    ollama: FakeOllama, folder: Path, engine: EngineName
) -> None:
    wanted = replace(_wanted(folder, ollama.url), engine=engine, window=3000)
    assert _info(wanted).window == 3000
    assert [body["options"] for body in ollama.preloads] == [{"num_ctx": 3000}]


def test_ollama_by_name_does_not_fall_back(folder: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no Ollama answers"):
        _info(replace(_wanted(folder), engine="ollama"))


def test_ollama_by_name_at_a_remote_host_is_refused(folder: Path) -> None:
    door = Door()
    with pytest.raises(RefusedError, match="not this machine"):
        _info(replace(_wanted(folder, "10.255.255.1"), engine="ollama"), door)
    assert door.connections == ()


def test_embedded_takes_the_first_weights_that_can_review(folder: Path) -> None:
    (tiny,) = (one for one in all_weights() if one.name == "smollm2-135m")
    (folder / tiny.file).touch()
    assert first_on_disk(folder) == "small"
    (folder / _SMALL.file).unlink()
    assert first_on_disk(folder) is None


def test_embedded_without_weights_says_how_to_fetch_them(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no weights") as caught:
        _info(replace(_wanted(tmp_path), engine="embedded"))
    assert caught.value.remedy == local_model.PULL_EMBEDDED


def test_embedded_that_is_not_installed_says_so(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(embedded, "installed", lambda: False)
    with pytest.raises(EngineUnavailable, match="not installed") as caught:
        _info(replace(_wanted(folder), engine="embedded"))
    assert caught.value.remedy == local_model.INSTALL_EMBEDDED


@pytest.mark.parametrize("model", ["absent.gguf", "folder/absent", "~/absent.gguf"])
def test_embedded_with_a_path_that_is_no_file_is_wrong_usage(folder: Path, model: str) -> None:
    with pytest.raises(UsageError, match="no such model file"):
        _info(replace(_wanted(folder), engine="embedded", model=model))


def test_embedded_with_an_unknown_name_names_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError, match="no weights called 'smal'") as caught:
        _info(replace(_wanted(folder), engine="embedded", model="smal"))
    assert caught.value.remedy == 'did you mean "small"?'


def test_embedded_never_runs_weights_that_were_changed(folder: Path) -> None:
    (folder / _SMALL.file).write_bytes(b"byte!")
    with pytest.raises(ReviewbotError, match="not what was published"):
        _info(replace(_wanted(folder), engine="embedded"))


def test_scripted_needs_its_file(folder: Path) -> None:
    wanted = replace(_wanted(folder), engine="scripted")
    with pytest.raises(UsageError, match="--model FILE"):
        _info(wanted)
    (folder / "a.jsonl").write_text('{"reply": ""}')
    assert _info(replace(wanted, model=str(folder / "a.jsonl"))).name == "scripted"


def test_nothing_happens_before_the_engine_is_opened(ollama: FakeOllama, folder: Path) -> None:
    opener(replace(_wanted(folder, ollama.url), engine="ollama"), Door(), _PATIENCE)
    assert ollama.served.seen == []


# A server at --url


def _at(url: str, folder: Path) -> Wanted:
    return replace(_wanted(folder), url=url)


@pytest.mark.parametrize(
    "make", [fakes.llama_cpp, fakes.vllm, fakes.lm_studio, fakes.localai, fakes.gateway]
)
def test_auto_with_a_url_asks_the_server_what_it_is(
    make: Callable[[], FakeOpenAI], folder: Path
) -> None:
    with running(make()) as fake:
        assert _info(_at(fake.url, folder)).name == "openai"
        assert _info(_at(f"{fake.url}/v1", folder)).name == "openai"


def test_auto_with_the_url_of_an_ollama_speaks_its_own_language(
    ollama: FakeOllama, folder: Path
) -> None:
    ollama.instead["/v1/models"] = saying(200, '{"data": [{"id": "x"}]}')
    assert _info(_at(ollama.url, folder)).name == "ollama"


def test_openai_without_a_url_says_where_servers_listen(folder: Path) -> None:
    with pytest.raises(UsageError, match="needs --url") as caught:
        _info(replace(_wanted(folder), engine="openai"))
    assert "http://127.0.0.1:1234" in caught.value.remedy


def test_openai_at_another_machine_is_refused(folder: Path) -> None:
    door = Door()
    with pytest.raises(RefusedError, match="not this machine"):
        _info(replace(_at("https://10.255.255.1/v1", folder), engine="openai"), door)
    assert door.connections == ()


# How the embedded engine loads a model


def test_the_slots_are_the_users_and_one_without_a_word(folder: Path) -> None:
    assert _loading(_wanted(folder)).slots == 1
    assert _loading(replace(_wanted(folder), slots=3)).slots == 3


def test_a_thinking_model_has_room_for_its_thought(tmp_path: Path) -> None:
    path = tmp_path / "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"
    path.touch()
    wanted = replace(_wanted(tmp_path), engine="embedded", model=str(path))
    assert _loading(wanted).window == embedded.WINDOW + 2048  # what its family does best
    assert _loading(replace(wanted, think="high")).window == embedded.WINDOW + 6144
    assert _loading(replace(wanted, think="off")).window == embedded.WINDOW
    assert _loading(replace(wanted, window=3000)).window == 3000


def test_a_model_that_does_not_think_has_no_room_for_a_thought(folder: Path) -> None:
    assert _loading(replace(_wanted(folder), think="high")).window == embedded.WINDOW
