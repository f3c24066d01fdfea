"""Generated code is what the .proto files say today."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.layout import CHECKOUT


def test_generated_code_is_current(tmp_path: Path) -> None:
    protos = sorted(path.relative_to(CHECKOUT) for path in CHECKOUT.glob("protos/**/*.proto"))
    for proto in protos:
        (tmp_path / proto).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / proto, tmp_path / proto)
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        "-I.",
        "--python_out=.",
        "--pyi_out=.",
        "--grpc_python_out=.",
    ]
    subprocess.run([*command, *map(str, protos)], cwd=tmp_path, check=True)
    assert _generated(CHECKOUT / "protos") == _generated(tmp_path / "protos"), "make protos"


def _generated(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*_pb2*") if path.suffix in (".py", ".pyi")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
