"""As much of kustomize as deploy/k8s uses: components, strategic patches, images, replicas, namespace.

`kubectl kustomize` made the same of both overlays when this was written; tests do not depend on it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]
MERGED_BY = {
    "containers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
}
CLUSTER_WIDE = {"Namespace"}


def build(folder: Path) -> list[Manifest]:
    """Every manifest of a kustomization, as `kubectl kustomize` would have it."""
    said = _kustomization(folder)
    found = [one for name in said.get("resources", ()) for one in _resource(folder / name)]
    for name in said.get("components", ()):
        _patch(found, folder / name, _kustomization(folder / name))
    _patch(found, folder, said)
    for manifest in found:
        _tag(manifest, {one["name"]: one for one in said.get("images", ())})
        _count(manifest, {one["name"]: one["count"] for one in said.get("replicas", ())})
        if "namespace" in said and manifest["kind"] not in CLUSTER_WIDE:
            manifest["metadata"]["namespace"] = said["namespace"]
    return found


def merge(into: Manifest, patch: Manifest) -> None:
    """A strategic merge: maps by key, the lists of MERGED_BY by their names, other lists as a whole."""
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif key in MERGED_BY and isinstance(into.get(key), list):
            _merge_list(into[key], value, MERGED_BY[key])
        else:
            into[key] = value


def _merge_list(into: list[Manifest], patch: list[Manifest], by: str) -> None:
    for one in patch:
        same = next((other for other in into if other[by] == one[by]), None)
        if one.get("$patch") == "delete":
            into[:] = [other for other in into if other is not same]
        elif same is None:
            into.append(one)
        else:
            merge(same, one)


def _kustomization(folder: Path) -> Manifest:
    found: Manifest = yaml.safe_load((folder / "kustomization.yaml").read_text())
    return found


def _resource(path: Path) -> list[Manifest]:
    return build(path) if path.is_dir() else list(yaml.safe_load_all(path.read_text()))


def _patch(manifests: list[Manifest], folder: Path, said: Manifest) -> None:
    """Patches of one kustomization. Each manifest gets a copy of its own, because a merge may take parts over."""
    for entry in said.get("patches", ()):
        text = (folder / entry["path"]).read_text()
        for manifest in manifests:
            for patch in yaml.safe_load_all(text):
                if _aims_at(manifest, patch, entry.get("target")):
                    body = {
                        key: value
                        for key, value in patch.items()
                        if key not in ("apiVersion", "kind", "metadata")
                    }
                    merge(manifest, body)


def _aims_at(manifest: Manifest, patch: Manifest, target: Manifest | None) -> bool:
    if target is None:
        return bool(
            (manifest["kind"], manifest["metadata"]["name"]) == (patch["kind"], patch["metadata"]["name"])
        )
    label, _, value = target.get("labelSelector", "").partition("=")
    labelled = not label or manifest["metadata"].get("labels", {}).get(label) == value
    return labelled and bool(re.fullmatch(target["kind"], manifest["kind"]))


def _tag(manifest: Manifest, images: dict[str, Manifest]) -> None:
    for container in manifest.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()):
        if (one := images.get(container["image"])) is not None:
            container["image"] = f"{one.get('newName', one['name'])}:{one['newTag']}"


def _count(manifest: Manifest, replicas: dict[str, int]) -> None:
    if manifest["kind"] == "Deployment" and manifest["metadata"]["name"] in replicas:
        manifest["spec"]["replicas"] = replicas[manifest["metadata"]["name"]]
