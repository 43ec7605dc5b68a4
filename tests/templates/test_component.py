"""What the GitLab components say of themselves."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
import yaml

from reviewbot.keys import PREFIX
from reviewbot.settings import FormatName, Settings
from tests.conftest import ROOT

NAMES = ("review", "review-with-ollama")
# What the service takes the place of.
SERVICE = {"engine", "url", "allow-host", "allow-plaintext", "models-dir", "pull"}


def documents(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs and the one job."""
    text = (ROOT / "templates" / f"{name}.yml").read_text(encoding="utf-8")
    head, body = yaml.safe_load_all(text)
    (job,) = body.values()
    return head["spec"]["inputs"], job


@pytest.mark.parametrize("name", NAMES)
def test_each_input_is_described_and_used(name: str) -> None:
    inputs, _ = documents(name)
    body = (ROOT / "templates" / f"{name}.yml").read_text(encoding="utf-8").partition("\n---\n")[2]
    assert set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", body)) == set(inputs)
    for entry in inputs.values():
        assert entry["description"].endswith(".")
        assert "default" in entry


@pytest.mark.parametrize("name", NAMES)
def test_each_variable_of_ours_is_a_setting(name: str) -> None:
    """An unknown one would be an error in each job."""
    variables = documents(name)[1]["variables"]
    keys = {key.removeprefix(PREFIX).lower() for key in variables if key.startswith(PREFIX)}
    assert keys <= set(Settings.__dataclass_fields__)


def test_the_two_components_differ_by_the_service_alone() -> None:
    (plain, job), (served, service_job) = map(documents, NAMES)
    assert set(plain) - set(served) == SERVICE
    assert set(served) - set(plain) == {"ollama-image"}
    same = set(served) - {"ollama-image", "model", "cache-key"}
    assert {name: served[name] for name in same} == {name: plain[name] for name in same}
    apart = {"variables", "cache", "script", "services"}
    assert {key: job[key] for key in job if key not in apart} == {
        key: service_job[key] for key in service_job if key not in apart
    }
    pull, _, rest = job["script"][0].partition("\n")
    assert pull.startswith('if [ "$JOB_PULL" = true ]')
    assert service_job["script"] == [rest]


def test_a_job_that_was_not_whole_is_the_only_one_that_may_fail() -> None:
    for name in NAMES:
        job = documents(name)[1]
        assert job["allow_failure"] == {"exit_codes": 3}
        assert job["artifacts"]["when"] == "always"


def test_the_page_lists_each_input() -> None:
    page = _page()
    both = documents("review-with-ollama")[0] | documents("review")[0]
    rows = [
        f"| `{name}` | {_default(entry['default'])} | {entry['description']} |"
        for name, entry in both.items()
    ]
    missing = [row for row in rows if row not in page]
    assert not missing, "\n".join(missing)


def _default(value: object) -> str:
    if value == "":
        return ""
    return f"`{yaml.safe_dump(value, default_flow_style=True).splitlines()[0]}`"


def _page() -> str:
    return (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def _examples() -> list[tuple[str, dict[str, Any]]]:
    """The component and the inputs of each example on the page."""
    blocks = re.findall(r"```yaml\n(include:.*?)```", _page(), re.DOTALL)
    included = [yaml.safe_load(block)["include"][0] for block in blocks]
    named = [(entry["component"].rpartition("/")[2], entry["inputs"]) for entry in included]
    return [(name.partition("@")[0], inputs) for name, inputs in named]


@pytest.mark.parametrize(("name", "given"), _examples())
def test_each_example_on_the_page_gives_inputs_that_are_there(
    name: str, given: dict[str, Any]
) -> None:
    inputs, _ = documents(name)
    for key, value in given.items():
        entry = inputs[key]
        assert value in entry.get("options", [value])
        assert isinstance(value, bool) == (entry.get("type") == "boolean")
        assert re.fullmatch(entry.get("regex", ".*").strip("^$"), str(value))


def test_the_page_has_an_example_of_each_shape() -> None:
    assert {name for name, _ in _examples()} == set(NAMES)
    engines = {given.get("engine") for _, given in _examples()}
    assert {"ollama", "openai", "embedded"} <= engines


def test_each_format_on_the_page_is_one() -> None:
    known = set(get_args(FormatName))
    if not known >= {"gitlab", "html"}:
        pytest.skip("the reporters for hosts and browsers are not here yet")
    text = _page()
    table = text.partition("### What is shown where")[2].partition("\n\nMore reports")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    named |= set(re.findall(r"--report (\w+)=", text))
    assert len(named) >= 8
    assert named <= known
