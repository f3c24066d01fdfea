"""Fetch what a bare machine lacks, with the standard library alone and without root: `python3 -m deploy.local.install [browser]`.

Debian's Python has neither pip nor ensurepip, so pip is run from the wheel in Debian's own `python3-pip-whl`. RabbitMQ and
Erlang are Debian's packages, unpacked below `.tools/`. Every step leaves a stamp, so the second run has nothing to do.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

from deploy.local.layout import CHECKOUT, TOOLS

VENV = CHECKOUT / ".venv"
LOCK = CHECKOUT / "requirements" / "all.txt"
BROKER = TOOLS / "rabbitmq"
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def main(wanted: Sequence[str]) -> int:
    """Python packages, RabbitMQ and page assets; when `browser` is asked for, what tests alone need too."""
    try:
        packages()
        rabbitmq()
        assets()
        if "browser" in wanted:
            browser()
            clients()
    except (RuntimeError, OSError) as error:
        print(f"\nCould not install: {error}", file=sys.stderr)
        return 1
    return 0


def packages() -> None:
    """The virtual environment, with exactly what the lock names; made again when the lock or the Python changes."""
    stamp = VENV / "lfpse.stamp"
    wanted = f"{sys.version_info[:2]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Python packages (a few minutes the first time)")
    if not (VENV / "bin" / "python").exists():
        venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(VENV)
    pip = [str(VENV / "bin" / "python"), str(pip_wheel() / "pip"), "--disable-pip-version-check", "--quiet"]
    run([*pip, "install", "--no-deps", "--require-hashes", "--requirement", str(LOCK)])
    stamp.write_text(wanted)


def pip_wheel() -> Path:
    """A wheel of pip, which can run itself: the machine's own, or the one in Debian's python3-pip-whl."""
    unpacked = TOOLS / "pip"
    for folder in (unpacked / "usr/share/python-wheels", Path("/usr/share/python-wheels"), _bundled()):
        if found := sorted(folder.glob("pip-*.whl")):
            return found[-1]
    fetch(["python3-pip-whl"], unpacked)
    return next((unpacked / "usr/share/python-wheels").glob("pip-*.whl"))


def _bundled() -> Path:
    """Where a Python that is not Debian's keeps its own wheel of pip."""
    return Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled"


def rabbitmq() -> None:
    """RabbitMQ and Erlang from Debian's packages, unpacked, never installed: nothing starts by itself."""
    if (BROKER / "ready").exists():
        return
    say("RabbitMQ")
    shutil.rmtree(BROKER, ignore_errors=True)
    fetch(broker_packages(), BROKER)
    erl = BROKER / "bin" / "erl"
    erl.parent.mkdir()
    erl.write_text(ERL)
    erl.chmod(0o755)
    (BROKER / "ready").touch()


ERL = """#!/bin/sh
# Erlang's own script knows only /usr/lib/erlang; this one finds the copy it lies beside.
ROOTDIR=$(cd "$(dirname "$0")/../usr/lib/erlang" && pwd)
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
EMU=beam PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
"""


def broker_packages() -> list[str]:
    """RabbitMQ, the Erlang it needs, and the libraries of both that this machine lacks."""
    erlang = {name for name in depends("rabbitmq-server", recurse=True) if name.startswith("erlang-")}
    if not erlang:
        refresh()
        erlang = {name for name in depends("rabbitmq-server", recurse=True) if name.startswith("erlang-")}
    libraries = {name for package in erlang for name in depends(package) if name.startswith("lib")}
    return ["rabbitmq-server", *sorted(erlang), *sorted(name for name in libraries if not installed(name))]


def depends(package: str, recurse: bool = False) -> set[str]:
    """The names a package needs, in apt's view."""
    options = [
        f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    ]
    said = apt("apt-cache", "depends", *options, *(["--recurse"] if recurse else []), package).stdout
    return set(re.findall(r"^\s*\|?(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]+)", said, flags=re.MULTILINE))


def installed(package: str) -> bool:
    """Whether this machine has the package already."""
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return "installed" in subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()


def fetch(names: Iterable[str], into: Path) -> None:
    """Download Debian packages and unpack them below a folder, as whoever we are."""
    cache = TOOLS / "apt" / "packages"
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    download = ["apt-get", "--quiet", "download", *names]
    done = apt(*download, cwd=cache)
    if done.returncode:  # no package lists on this machine, or lists grown old
        refresh()
        done = apt(*download, cwd=cache)
    if done.returncode:
        raise RuntimeError(f"apt-get download: {done.stderr.strip()}")
    into.mkdir(parents=True, exist_ok=True)
    for package in sorted(cache.glob("*.deb")):
        run(["dpkg", "-x", str(package), str(into)])
    shutil.rmtree(cache)


def refresh() -> None:
    """Package lists of our own, so that no root is needed and the machine's are left alone."""
    lists = TOOLS / "apt" / "state" / "lists" / "partial"
    lists.mkdir(parents=True, exist_ok=True)
    (TOOLS / "apt" / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    done = apt("apt-get", "--quiet", "update")
    if done.returncode:
        print(f"  apt-get update: {done.stderr.strip()}", file=sys.stderr)


def apt(program: str, *words: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    """One of apt's programs, over our own lists once `refresh` has made them and the machine's until then."""
    ours = {
        "Dir::State": TOOLS / "apt/state",
        "Dir::Cache": TOOLS / "apt/cache",
        "Dir::State::status": "/var/lib/dpkg/status",
    }
    places = [f"-o{name}={path}" for name, path in ours.items()] if (TOOLS / "apt/state").exists() else []
    command = [program, "-oAPT::Sandbox::User=root", *places, *words]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def assets() -> None:
    """The style sheet and scripts of the pages, by the new environment's own Python."""
    run([str(VENV / "bin" / "python"), "-m", "deploy.local.assets"])


def clients() -> None:
    """FHIR clients of others and the official R4 schema, for the tests that use them unchanged."""
    run([str(VENV / "bin" / "python"), "-m", "deploy.local.assets", "clients"])


def browser() -> None:
    """Chromium and Java, for the tests that look at pages. Only root can install them; others are told."""
    missing = [] if any(Path(path).exists() for path in BROWSERS) else ["chromium"]
    if not any(Path("/usr/lib").glob("*/libatomic.so.1")):
        missing.append("libatomic1")  # the browser's driver needs it, and no package of ours brings it
    if not shutil.which("java"):
        missing.append("default-jre-headless")  # for the checker of HTML
    if not missing:
        return
    if os.geteuid():
        raise RuntimeError(f"the browser tests need more; as root: apt-get install {' '.join(missing)}")
    say(" and ".join(missing))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "--quiet", "--quiet", "install", "--yes", "--no-install-recommends", *missing]
    if subprocess.run(install, env=environment, check=False).returncode:
        subprocess.run(["apt-get", "--quiet", "--quiet", "update"], env=environment, check=False)
        run(install)


def run(command: Sequence[str]) -> None:
    """A command that must succeed."""
    started = time.monotonic()
    if code := subprocess.run(command, cwd=CHECKOUT, check=False).returncode:
        seconds = time.monotonic() - started
        raise RuntimeError(f"{Path(command[0]).name} ended with {code} after {seconds:.0f} s")


def say(what: str) -> None:
    """One line of progress."""
    print(f"Installing {what} …", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
