from __future__ import annotations

from pathlib import Path

from reviewbot.engines.forms import FORMS, Forms
from reviewbot.engines.learnt import FORGETFUL, Learnt, Memory

SERVER = ("127.0.0.1:8080", "qwen", "vllm", "8192")


def _settle(memory: Memory, taken: str) -> list[str]:
    """What is tried with a server that takes one form alone."""
    forms = Forms(memory, SERVER)
    tried = [forms.current]
    while tried[-1] != taken and forms.refused(tried[-1]):
        tried.append(forms.current)
    forms.took(tried[-1])
    return tried


def test_the_next_run_begins_with_what_was_taken(tmp_path: Path) -> None:
    assert _settle(Learnt(tmp_path), "") == ["json_schema", "json_object", ""]
    assert _settle(Learnt(tmp_path), "") == [""]
    assert Forms(Learnt(tmp_path), ("127.0.0.1:8080", "other")).current == "json_schema"


def test_a_server_that_refuses_what_it_took_is_asked_from_the_strongest_form(
    tmp_path: Path,
) -> None:
    assert _settle(Learnt(tmp_path), "json_object") == ["json_schema", "json_object"]
    assert _settle(Learnt(tmp_path), "json_schema") == ["json_object", "json_schema"]
    assert _settle(Learnt(tmp_path), "json_schema") == ["json_schema"]
    assert Learnt(tmp_path).form(SERVER) is None


def test_a_server_that_takes_none_is_asked_for_each_once() -> None:
    assert _settle(FORGETFUL, "another") == list(FORMS)


def test_the_strongest_form_is_not_written_down(tmp_path: Path) -> None:
    _settle(Learnt(tmp_path), "json_schema")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_form_in_the_file_is_none(tmp_path: Path) -> None:
    Learnt(tmp_path).set_form(SERVER, "xml")
    assert _settle(Learnt(tmp_path), "json_schema") == ["json_schema"]


def test_two_threads_that_are_refused_the_same_form_go_one_step() -> None:
    forms = Forms(FORGETFUL, SERVER)
    assert forms.refused("json_schema")
    assert forms.refused("json_schema")
    assert forms.current == "json_object"


def test_a_late_answer_in_an_earlier_form_changes_nothing(tmp_path: Path) -> None:
    forms = Forms(Learnt(tmp_path), SERVER)
    forms.refused("json_schema")
    forms.took("json_schema")
    assert forms.current == "json_object"
    assert Learnt(tmp_path).form(SERVER) is None
