"""What `deploy/` ships: held against the schemas of those who read it, and against the privacy law.
Nothing of it was run: no image is pulled here."""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.settings import Settings
from tests.conftest import ROOT, required

_DEPLOY = ROOT / "deploy"
_UNITS = sorted((_DEPLOY / "systemd").glob("*.service"))
_MANIFESTS = sorted((_DEPLOY / "kubernetes").glob("*.yaml"))
_QUIET = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
_ALONE = {"VLLM_HOST_IP": "127.0.0.1"}
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _yaml(path: str) -> Any:
    return yaml.safe_load((_DEPLOY / path).read_text())


def _module(name: str) -> Any:
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        required(name)
    return importlib.import_module(name)


def _documents() -> Iterator[dict[str, Any]]:
    for path in _MANIFESTS:
        yield from yaml.safe_load_all(path.read_text())


def _pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for one in _documents():
        if one["kind"] in {"Deployment", "Job"}:
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


# Schemas


def test_compose_follows_its_specification() -> None:
    model = _module("compose_pydantic.models").ComposeSpecification
    written = _yaml("compose/compose.yaml")
    # The model leaves out what the specification lets anybody add.
    model.model_validate({key: value for key, value in written.items() if key[:2] != "x-"})


def test_control_compose_with_a_key_that_is_none_is_refused() -> None:
    model = _module("compose_pydantic.models").ComposeSpecification
    wrong = _yaml("compose/compose.yaml")
    wrong["services"]["router"]["restrat"] = "always"
    with pytest.raises(ValueError, match="restrat"):
        model.model_validate(wrong)


def test_manifests_follow_kubernetes_schemas_strictly() -> None:
    validate = _module("kubernetes_validate").validate
    kinds = []
    for one in _documents():
        if one["kind"] != "Kustomization":
            validate(one, "1.33", strict=True)
            kinds.append(one["kind"])
    assert {"Deployment", "Service", "NetworkPolicy", "Job"} <= set(kinds)


def test_control_a_manifest_with_a_key_that_is_none_is_refused() -> None:
    module = _module("kubernetes_validate")
    wrong = next(one for one in _documents() if one["kind"] == "Deployment")
    wrong["spec"]["replica"] = 3
    with pytest.raises(module.ValidationError):
        module.validate(wrong, "1.33", strict=True)


@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    assert unit.name not in _verified(tmp_path / unit.name, unit.read_text())


@pytest.mark.parametrize(
    ("right", "wrong"), [("Restart=always", "Restart=allways"), ("RestartSec=", "RestartSecs=")]
)
def test_control_a_unit_with_what_systemd_does_not_know_is_told(
    right: str, wrong: str, tmp_path: Path
) -> None:
    text = _UNITS[0].read_text()
    assert right in text
    assert "wrong.service" in _verified(tmp_path / "wrong.service", text.replace(right, wrong))


def _verified(copy: Path, text: str) -> str:
    """What systemd says of a unit whose program need not be on this machine."""
    if not shutil.which("systemd-analyze"):
        required("systemd-analyze")
    copy.write_text(re.sub(r"(?m)^(Exec\w+)=\S+", r"\1=/bin/true", text))
    command = ["systemd-analyze", "verify", "--man=no", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_what_kustomize_names_is_there() -> None:
    made = _yaml("kubernetes/kustomization.yaml")
    folder = _DEPLOY / "kubernetes"
    assert {path.name for path in _MANIFESTS} == {*made["resources"], "kustomization.yaml"}
    for generated in made["configMapGenerator"]:
        assert all((folder / name.partition("=")[2]).is_file() for name in generated["files"])
    images = {entry["name"] for entry in made["images"]}
    assert images == {container["image"] for _, pod in _pods() for container in pod["containers"]}


# The privacy law


def test_no_service_of_compose_tells_of_its_use_or_reaches_out() -> None:
    services = _yaml("compose/compose.yaml")["services"]
    for name in ("pull", "worker-0", "worker-1", "router"):
        assert services[name]["environment"].items() >= _QUIET.items(), name
    for name in ("worker-0", "worker-1"):
        assert services[name]["environment"].items() >= (_OFFLINE | _ALONE).items(), name
        assert services[name]["networks"] == ["inside"]
        assert "ports" not in services[name]
    assert _yaml("compose/compose.yaml")["networks"]["inside"] == {"internal": True}
    assert services["router"]["ports"] == ["8443:8443"]  # the proxy's
    assert "--host=127.0.0.1" in services["router"]["command"]


def test_no_pod_tells_of_its_use_or_reaches_out() -> None:
    for name, pod in _pods():
        for container in pod["containers"]:
            told = {one["name"]: one.get("value") for one in container.get("env", ())}
            if container["name"] != "proxy":
                assert told["VLLM_NO_USAGE_STATS"] == "1", name
            if name == "worker":
                assert told.items() >= (_QUIET | _OFFLINE | _ALONE).items()
    policies = {
        one["metadata"]["name"]: one for one in _documents() if one["kind"] == "NetworkPolicy"
    }
    assert policies["nothing"]["spec"]["podSelector"] == {}
    assert policies["nothing"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    reaching_out = [
        name
        for name, one in policies.items()
        for rule in one["spec"].get("egress", ())
        if "to" not in rule
    ]
    assert reaching_out == ["pull"]


def test_the_router_and_ray_are_reached_through_the_proxy_alone() -> None:
    """Whoever reaches them otherwise could add a worker, and be sent the code."""
    router = next(pod for name, pod in _pods() if name == "router")
    assert "--host=127.0.0.1" in router["containers"][0]["args"]
    assert "ports" not in router["containers"][0]
    assert _yaml("ray/serve.yaml")["http_options"]["host"] == "127.0.0.1"
    unit = (_DEPLOY / "systemd/reviewbot-ollama.service").read_text()
    assert "OLLAMA_HOST=127.0.0.1:11434" in unit


def test_the_proxy_hands_on_what_reviewbot_asks_for_and_nothing_else() -> None:
    """What the real nginx makes of it stands in tests/fleet/test_proxy.py."""
    text = (_DEPLOY / "proxy/nginx.conf").read_text()
    blocks = re.findall(
        r"location ~ (\S+) \{\s*if \(\$is_ours = 0\) \{ return 401 [^\n]*\}\n"
        r"\s*limit_except (\w+) \{ deny all; \}",
        text,
    )
    assert len(blocks) == text.count("location ~")
    taken = {
        (method, path)
        for path in (
            *("/v1/chat/completions", "/v1/models", "/tokenize", "/workers", "/api/chat"),
            *("/add_worker", "/remove_worker", "/list_workers", "/flush_cache", "/api/pull"),
            *("/api/delete", "/api/create", "/v1/chat/completions/", "/v1/../add_worker"),
        )
        for route, method in blocks
        if re.search(route, path)
    }
    read, asked = {"/v1/models", "/workers"}, {"/v1/chat/completions", "/tokenize", "/api/chat"}
    assert taken == {("GET", one) for one in read} | {("POST", one) for one in asked}
    assert re.search(r"location / \{\s*return 404 ", text)
    assert "listen 8443 ssl;" in text


def test_the_proxy_waits_longer_than_reviewbot_does() -> None:
    text = (_DEPLOY / "proxy/nginx.conf").read_text()
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert int(seconds) > Settings().timeout


def test_ray_tells_nothing_and_speaks_tls() -> None:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string("[node]\n" + (_DEPLOY / "ray/ray.env").read_text())
    node = dict(parser["node"])
    assert node.items() >= (_QUIET | _OFFLINE).items()
    assert (node["RAY_USAGE_STATS_ENABLED"], node["RAY_USE_TLS"]) == ("0", "1")
    assert node["RAY_USAGE_STATS_REPORT_URL"] == "off"
    assert node["http_proxy"] == node["https_proxy"] == "http://127.0.0.1:9"
    (application,) = _yaml("ray/serve.yaml")["applications"]
    told = application["runtime_env"]["env_vars"]
    assert told.items() >= (_QUIET | _OFFLINE | {"RAY_USAGE_STATS_ENABLED": "0"}).items()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own, at import
def test_rays_own_schemas_take_the_configuration() -> None:
    """They ignore what they do not know, so the names are held against theirs, too."""
    schema, written = _module("ray.serve.schema"), _yaml("ray/serve.yaml")
    schema.ServeDeploySchema.model_validate(written)
    assert written.keys() <= schema.ServeDeploySchema.model_fields.keys()
    (application,) = written["applications"]
    assert application.keys() <= schema.ServeApplicationSchema.model_fields.keys()
    assert written["http_options"].keys() <= schema.HTTPOptionsSchema.model_fields.keys()
    (model,) = application["args"]["llm_configs"]
    deployment = model["deployment_config"] | {"name": "any"}
    schema.DeploymentSchema.model_validate(deployment)
    assert deployment.keys() <= schema.DeploymentSchema.model_fields.keys()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_control_a_configuration_that_ray_cannot_take_is_refused() -> None:
    schema, wrong = _module("ray.serve.schema"), _yaml("ray/serve.yaml")
    wrong["proxy_location"] = "Nowhere"
    with pytest.raises(ValueError, match="proxy_location"):
        schema.ServeDeploySchema.model_validate(wrong)
