"""The manifests say what the code needs: settings, ports, probes, who may talk to whom."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from chassis import grpc_server, settings
from deploy.k8s import trial
from deploy.local.layout import CHECKOUT, SERVICES, Layout
from deploy.local.processes import SERVING, VERBS
from gateway.settings import Settings as Gateway
from tests.deploy.kustomize import Manifest, build
from tests.house.codebase import DEPLOYABLES, PROCESSES, files, settings_of

K8S = CHECKOUT / "deploy" / "k8s"
OVERLAYS = {name: build(K8S / "overlays" / name) for name in ("local", "live")}
RUNNING = [(service, verb) for service, verbs in VERBS.items() for verb in verbs]
NAME, PART = "app.kubernetes.io/name", "app.kubernetes.io/component"
GRPC, HEALTH, HTTP = 50051, 8081, 8080


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> list[Manifest]:
    return OVERLAYS[request.param]


def find(overlay: list[Manifest], kind: str, name: str) -> Manifest:
    return next(one for one in overlay if (one["kind"], one["metadata"]["name"]) == (kind, name))


def ours(overlay: list[Manifest]) -> dict[str, Manifest]:
    """Process or job name → manifest, of what runs our code."""
    kinds = ("Deployment", "Job")
    return {one["metadata"]["name"]: one for one in overlay if one["kind"] in kinds}


def pod(manifest: Manifest) -> Manifest:
    found: Manifest = manifest["spec"]["template"]["spec"]
    return found


def main(manifest: Manifest) -> Manifest:
    found: Manifest = pod(manifest)["containers"][0]
    return found


def environment(manifest: Manifest) -> dict[str, Manifest]:
    return {one["name"]: one for one in main(manifest)["env"]}


# ---- shape


def test_every_manifest_is_valid_for_kubernetes_1_32(overlay: list[Manifest]) -> None:
    for manifest in overlay:
        kubernetes_validate.validate(manifest, "1.32", strict=True)


def test_every_file_is_used_by_an_overlay() -> None:
    found = set(files("deploy/k8s", ending=".yaml"))
    assert found == {path for name in OVERLAYS for path in _reached(K8S / "overlays" / name)}


def _reached(folder: Path) -> Iterator[Path]:
    """A kustomization, and everything that it names."""
    text = (folder / "kustomization.yaml").read_text()
    yield folder / "kustomization.yaml"
    for name in re.findall(r"^  - (?:path: )?([\w./-]+)$", text, re.MULTILINE):
        path = (folder / name).resolve()
        yield from _reached(path) if path.is_dir() else [path]


def test_no_two_manifests_have_one_name(overlay: list[Manifest]) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in overlay]
    assert len(names) == len(set(names))


def test_every_process_has_a_deployment_and_every_service_a_migration(overlay: list[Manifest]) -> None:
    expected = {f"{service}-{verb}" for service, verb in PROCESSES} | {"gateway"}
    assert ours(overlay).keys() == expected


@pytest.mark.parametrize(("service", "verb"), PROCESSES)
def test_a_process_is_started_by_its_verb(overlay: list[Manifest], service: str, verb: str) -> None:
    manifest = ours(overlay)[f"{service}-{verb}"]
    assert manifest["kind"] == ("Job" if verb == "migrate" else "Deployment")
    assert main(manifest)["command"] == ["python", "-m", "services", verb, service]
    assert manifest["spec"]["template"]["metadata"]["labels"] == {NAME: service, PART: verb}


def test_there_is_one_image_for_each_deployable_and_its_tag_is_no_moving_one(overlay: list[Manifest]) -> None:
    images: dict[str, set[str]] = {}
    for manifest in ours(overlay).values():
        images.setdefault(manifest["metadata"]["labels"][NAME], set()).add(main(manifest)["image"])
    assert {name: len(found) for name, found in images.items()} == dict.fromkeys(DEPLOYABLES, 1)
    assert all(
        re.fullmatch(rf"\S*lfpse/{name}:[\w.-]+", one) for name, found in images.items() for one in found
    )
    assert not [image for image in _all_images(overlay) if image.endswith(":latest") or ":" not in image]


def _all_images(overlay: list[Manifest]) -> list[str]:
    return [main(one)["image"] for one in overlay if "template" in one.get("spec", {})]


# ---- settings


@pytest.mark.parametrize(("service", "verb"), PROCESSES)
def test_a_process_gets_the_settings_it_reads(overlay: list[Manifest], service: str, verb: str) -> None:
    _agree(ours(overlay)[f"{service}-{verb}"], settings_of(service, verb))


def test_the_gateway_gets_the_settings_it_reads(overlay: list[Manifest]) -> None:
    _agree(ours(overlay)["gateway"], Gateway)


def _agree(manifest: Manifest, kind: type[Any]) -> None:
    known = settings.names(kind)
    given = {_setting(name, known): one for name, one in environment(manifest).items()}
    assert given.keys() <= known.keys(), "settings that nobody reads"
    assert {name for name, needed in known.items() if needed} <= given.keys()
    mounted = _mounted(manifest)
    assert {one["value"] for one in given.values() if one["name"].endswith("_FILE")} <= mounted.keys()


def _setting(name: str, known: dict[str, bool]) -> str:
    """DATABASE_URL_FILE gives DATABASE_URL; TLS_CERT_FILE is a setting itself."""
    return name if name in known else name.removesuffix("_FILE")


def _mounted(manifest: Manifest) -> dict[str, str]:
    """Path in the container → Secret or ConfigMap it comes from."""
    volumes = {one["name"]: one for one in pod(manifest)["volumes"]}
    return {
        f"{mount['mountPath']}/{file}": source
        for mount in main(manifest)["volumeMounts"]
        for file, source in _files(volumes.get(mount["name"], {}))
    }


def _files(volume: Manifest) -> Iterator[tuple[str, str]]:
    for source in volume.get("projected", {}).get("sources", ()):
        one = source.get("secret") or source["configMap"]
        yield from ((item["path"], one["name"]) for item in one["items"] if item["key"] == item["path"])
    if "secret" in volume:
        yield from ((file, volume["secret"]["secretName"]) for file in ("tls.crt", "tls.key", "ca.crt"))


def test_every_secret_file_is_read_by_the_process_that_has_it(overlay: list[Manifest]) -> None:
    for name, manifest in ours(overlay).items():
        values = {one.get("value") for one in environment(manifest).values()}
        assert _mounted(manifest).keys() <= values, name


def test_settings_in_common_exist(overlay: list[Manifest]) -> None:
    kept = find(overlay, "ConfigMap", "lfpse-settings")["data"]
    asked = {
        one["valueFrom"]["configMapKeyRef"]["key"]
        for manifest in ours(overlay).values()
        for one in environment(manifest).values()
        if "configMapKeyRef" in one.get("valueFrom", {})
    }
    assert asked == kept.keys()


def _secrets(overlay: list[Manifest]) -> dict[str, set[str]]:
    """Secret or ConfigMap that an operator makes → its keys."""
    found: dict[str, set[str]] = {"identity-bootstrap": {"BOOTSTRAP"}}
    for manifest in ours(overlay).values():
        for path, source in _mounted(manifest).items():
            found.setdefault(source, set()).add(path.rpartition("/")[2])
    return found


def test_the_readme_names_every_secret_and_key(overlay: list[Manifest]) -> None:
    said: dict[str, set[str]] = {}
    for line in (K8S / "README.md").read_text().splitlines():
        cells = line.split("|")
        if len(cells) > 3:
            for name in re.findall(r"`([a-z-]+)`", cells[1]):
                said[name] = set(re.findall(r"`([\w.]+)`", cells[2]))
    assert {name: keys for name, keys in said.items() if name != "lfpse-settings"} == _secrets(overlay)


def test_a_trial_makes_every_secret_and_key(tmp_path: Path) -> None:
    trial.write(tmp_path)
    for name, keys in _secrets(OVERLAYS["local"]).items():
        assert keys <= {path.name for path in (tmp_path / name).iterdir()}, name
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()} == {0o600}


def test_a_trial_made_twice_keeps_its_keys(tmp_path: Path) -> None:
    assert trial.secrets(Layout(tmp_path)) == trial.secrets(Layout(tmp_path))


# ---- ports and probes


@pytest.mark.parametrize(("service", "verb"), RUNNING)
def test_a_process_answers_probes_where_it_is_asked(overlay: list[Manifest], service: str, verb: str) -> None:
    manifest = ours(overlay)[f"{service}-{verb}"]
    given = environment(manifest)
    assert given["HEALTH_HOST"]["value"] == "0.0.0.0"
    assert int(given["HEALTH_PORT"]["value"]) == _ports(manifest)["health"] == HEALTH
    assert _probes(manifest) == [("/live", "health"), ("/live", "health"), ("/ready", "health")]


def test_the_gateway_answers_probes_on_its_own_port(overlay: list[Manifest]) -> None:
    manifest = ours(overlay)["gateway"]
    assert _ports(manifest) == {"http": HTTP}
    assert f"--port={HTTP}" in main(manifest)["args"]
    assert _probes(manifest) == [
        ("/health/live", "http"),
        ("/health/live", "http"),
        ("/health/ready", "http"),
    ]
    assert find(overlay, "Service", "gateway")["spec"]["ports"][0]["targetPort"] == "http"


def _ports(manifest: Manifest) -> dict[str, int]:
    return {one["name"]: one["containerPort"] for one in main(manifest)["ports"]}


def _probes(manifest: Manifest) -> list[tuple[str, str]]:
    asked = [main(manifest)[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    return [(one["path"], one["port"]) for one in asked]


@pytest.mark.parametrize("service", SERVING)
def test_a_server_is_found_where_the_gateway_looks(overlay: list[Manifest], service: str) -> None:
    manifest = ours(overlay)[f"{service}-serve"]
    assert environment(manifest)["GRPC_HOST"]["value"] == "0.0.0.0"
    assert int(environment(manifest)["GRPC_PORT"]["value"]) == _ports(manifest)["grpc"] == GRPC
    spec = find(overlay, "Service", service)["spec"]
    assert [(one["port"], one["targetPort"]) for one in spec["ports"]] == [(GRPC, "grpc")]
    assert spec["selector"] == manifest["spec"]["selector"]["matchLabels"]
    target = environment(ours(overlay)["gateway"])[f"{service.upper()}_TARGET"]["value"]
    assert target == f"{service}:{GRPC}"


# ---- safety


def test_every_pod_runs_without_root_and_writes_only_where_it_may(overlay: list[Manifest]) -> None:
    for manifest in (one for one in overlay if "template" in one.get("spec", {})):
        everyone, own = pod(manifest)["securityContext"], main(manifest)["securityContext"]
        assert everyone["runAsNonRoot"] is True
        assert everyone["runAsUser"] > 0
        assert everyone["seccompProfile"] == {"type": "RuntimeDefault"}
        assert own["readOnlyRootFilesystem"] is True
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert pod(manifest)["automountServiceAccountToken"] is False


def test_every_pod_says_what_it_needs(overlay: list[Manifest]) -> None:
    for manifest in ours(overlay).values():
        resources = main(manifest)["resources"]
        assert resources["requests"].keys() == {"cpu", "memory"}
        assert "memory" in resources["limits"]


def test_every_deployable_has_an_account_of_its_own(overlay: list[Manifest]) -> None:
    for manifest in ours(overlay).values():
        name = manifest["metadata"]["labels"][NAME]
        assert pod(manifest)["serviceAccountName"] == name
        assert find(overlay, "ServiceAccount", name)["automountServiceAccountToken"] is False


def test_every_process_survives_a_drained_node(overlay: list[Manifest]) -> None:
    for name, manifest in ours(overlay).items():
        if manifest["kind"] == "Deployment":
            budget = find(overlay, "PodDisruptionBudget", name)["spec"]
            assert budget["selector"] == manifest["spec"]["selector"]
            assert {one["topologyKey"] for one in pod(manifest)["topologySpreadConstraints"]} == {
                "kubernetes.io/hostname",
                "topology.kubernetes.io/zone",
            }


def test_every_server_has_time_to_drain(overlay: list[Manifest]) -> None:
    drain = inspect.signature(grpc_server.drain).parameters["seconds"].default
    for manifest in (
        ours(overlay)[name] for name in ("gateway", *(f"{service}-serve" for service in SERVING))
    ):
        before = main(manifest)["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod(manifest)["terminationGracePeriodSeconds"] > before + drain


def test_live_has_more_than_one_of_everything_and_local_one() -> None:
    for name, expected in (("live", lambda count: count > 1), ("local", lambda count: count == 1)):
        counts = {
            one["metadata"]["name"]: one["spec"]["replicas"]
            for one in OVERLAYS[name]
            if one["kind"] == "Deployment"
        }
        assert all(map(expected, counts.values())), counts
    relays = [
        ours(OVERLAYS["live"])[f"{one}-relay"]["spec"]["replicas"]
        for one in SERVICES
        if "relay" in VERBS[one]
    ]
    assert set(relays) == {2}


# ---- who may talk to whom


def may_talk(overlay: list[Manifest], a: dict[str, str], b: dict[str, str], port: int) -> bool:
    """Whether pods labelled `a` may reach those labelled `b`: both sides must let them."""
    return _lets(overlay, a, b, port, "egress", "to") and _lets(overlay, b, a, port, "ingress", "from")


def _lets(
    overlay: list[Manifest], own: dict[str, str], other: dict[str, str], port: int, way: str, side: str
) -> bool:
    return any(
        _selects(one["spec"]["podSelector"], own)
        and any(
            port in {p["port"] for p in rule["ports"]} and _meets(rule, side, other)
            for rule in one["spec"].get(way, ())
        )
        for one in overlay
        if one["kind"] == "NetworkPolicy"
    )


def _meets(rule: Manifest, side: str, labels: dict[str, str]) -> bool:
    peers = rule.get(side)
    return peers is None or any(
        "podSelector" in one and _selects(one["podSelector"], labels) for one in peers
    )


def _selects(selector: Manifest, labels: dict[str, str]) -> bool:
    exact = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return exact and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ())
    )


def _labels(service: str, verb: str) -> dict[str, str]:
    return {NAME: service, PART: verb}


EVERYONE = [_labels(service, verb) for service, verb in PROCESSES] + [_labels("gateway", "gateway")]


@pytest.mark.parametrize("service", SERVING)
def test_only_the_gateway_may_ask_a_server(overlay: list[Manifest], service: str) -> None:
    askers = [one[NAME] for one in EVERYONE if may_talk(overlay, one, _labels(service, "serve"), GRPC)]
    assert askers == ["gateway"]


def test_only_who_needs_a_store_may_reach_it() -> None:
    local = OVERLAYS["local"]
    database, broker = {NAME: "postgresql"}, {NAME: "rabbitmq"}
    for asker in EVERYONE:
        service, verb = asker[NAME], asker[PART]
        known = {} if service == "gateway" else settings.names(settings_of(service, verb))
        assert may_talk(local, asker, database, 5432) == ("DATABASE_URL" in known), asker
        assert may_talk(local, asker, broker, 5672) == ("AMQP_URL" in known), asker


def test_only_notifications_may_send_mail() -> None:
    local = OVERLAYS["local"]
    senders = [one for one in EVERYONE if _lets(local, one, {NAME: "mail"}, 587, "egress", "to")]
    assert senders == [_labels("notifications", "work")]


def test_in_live_nobody_reaches_out_but_to_named_addresses() -> None:
    policies = [one for one in OVERLAYS["live"] if one["kind"] == "NetworkPolicy"]
    anywhere = [
        one["metadata"]["name"]
        for one in policies
        for rule in one["spec"].get("egress", ())
        if "to" not in rule
    ]
    assert not anywhere
    assert find(OVERLAYS["live"], "NetworkPolicy", "nobody-to-nobody")["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
