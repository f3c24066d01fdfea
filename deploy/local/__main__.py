"""`python -m deploy.local run|start|stop|status|dead|rotate|trace|code|token`: one system on one machine; see `make`."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pyotp

from deploy.local import codes, layout, rotation, status, traces
from deploy.local.processes import CONSUMERS
from deploy.local.system import AlreadyRunning, NotStarted, System


def main(words: list[str]) -> int:
    """Run one command; its exit code."""
    commands: dict[str, Callable[..., int]] = {
        "run": run,
        "start": start,
        "stop": stop,
        "status": show_status,
        "dead": show_dead,
        "rotate": rotate_keys,
        "trace": show_trace,
        "code": show_code,
        "token": show_token,
    }
    if not words or words[0] not in commands:
        print(f"usage: python -m deploy.local {'|'.join(commands)}", file=sys.stderr)
        return 2
    os.umask(0o077)
    system = System(Path(), layout=layout.from_environment(), say=lambda line: print(line, flush=True))
    return commands[words[0]](system, *words[1:])


def show_code(system: System, who: str = "") -> int:
    """The code that the authenticator app of a sample account shows now."""
    account = _account(system, who)
    if account is None or not account["totp_secret"]:
        print("name a sample account that has an app, e.g. who=safety", file=sys.stderr)
        return 2
    print(pyotp.TOTP(account["totp_secret"]).now())
    return 0


def show_token(system: System, who: str = "") -> int:
    """A bearer token for a sample account."""
    account = _account(system, who)
    if account is None:
        print("name a sample account, e.g. who=safety", file=sys.stderr)
        return 2
    print(codes.sign_in(system.layout.gateway, account))
    return 0


def _account(system: System, who: str) -> dict[str, Any] | None:
    """By its address or the part before the @."""
    accounts = json.loads((system.home / "demo.json").read_text())["accounts"]
    return next((one for one in accounts if who in (one["email"], one["email"].partition("@")[0])), None)


def run(system: System) -> int:
    """In the foreground: until Ctrl-C, then stop everything."""
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)
    try:
        if code := start(system):
            return code
        print("\nCtrl-C stops everything.", flush=True)
        while system.running():
            time.sleep(0.5)
        print("The system was stopped from elsewhere.")
    except KeyboardInterrupt:
        _stop_undisturbed(system)
    return 0


def start(system: System) -> int:
    """In the background: returns once everything is ready."""
    began = time.monotonic()
    try:
        system.start()
    except AlreadyRunning as running:
        print(running)
        return 1
    except NotStarted as failure:
        print(f"\nNot started: {failure}\n\nLogs are in {system.home}/logs", file=sys.stderr)
        return 1
    print(f"Everything is ready after {time.monotonic() - began:.1f} s.\n")
    print("\n".join(welcome(system)))
    return 0


def stop(system: System) -> int:
    """Stop all of it."""
    print("Stopped." if system.stop() else f"Nothing runs in {system.home}.")
    return 0


def show_status(system: System) -> int:
    """Processes, backlogs, queues; 1 when something is not ready."""
    if not system.running():
        print(f"Nothing runs in {system.home}.")
        return 1
    print("\n".join(status.table(system)))
    return 0 if all(system.ready().values()) else 1


def show_dead(system: System, service: str = "") -> int:
    """List dead letters, or move those of one service back to be handled again."""
    if not system.running():
        print(f"Nothing runs in {system.home}.")
        return 1
    if service and service not in CONSUMERS:
        print(f"No service of that name listens; one of: {', '.join(CONSUMERS)}", file=sys.stderr)
        return 2
    if service:
        print(f"{status.replay(system, service)} messages and jobs of {service} are handled again")
        return 0
    print("\n".join(status.dead(system)))
    return 0


def rotate_keys(system: System, what: str = "") -> int:
    """Change keys or certificates while everything runs; 1 when a step is held up, to be gone on with later."""
    if what not in (*rotation.KINDS, "all"):
        print(f"make rotate what={'|'.join((*rotation.KINDS, 'all'))}", file=sys.stderr)
        return 2
    if not system.running():
        print(f"Nothing runs in {system.home}.")
        return 1
    try:
        later = rotation.rotate(rotation.Rotation(system, lambda line: print(line, flush=True)), what)
    except rotation.Held as held:
        print(f"Held up: {held}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted between two steps; everything works. The same command goes on from here.")
        return 1
    print("\n".join(later or ["Done."]))
    return 0


def show_trace(system: System, wanted: str = "") -> int:
    """Draw one trace."""
    lines = list(traces.draw(traces.find(system.home / "traces", wanted))) if wanted else []
    print(
        "\n".join(lines)
        if lines
        else "No trace of that id: make trace id=<trace id, request id or record id>"
    )
    return 0 if lines else 1


def welcome(system: System) -> Iterator[str]:
    """Where it is and how to get in."""
    demo = json.loads((system.home / "demo.json").read_text())
    yield f"Open {system.gateway}"
    yield f"Mail is in {system.home / 'mail'}, logs in {system.home / 'logs'}; the accounts below are in demo.json too.\n"
    yield f"{'e-mail':<32}{'password':<24}{'role':<20}organisation"
    for account in demo["accounts"]:
        yield f"{account['email']:<32}{account['password']:<24}{account['role']:<20}{account['organisation']}"
    yield ""
    for client in demo["lrms"]:
        yield f"LRMS key of {client['organisation']}: {client['key']}"
    for client in demo["sandbox"]:
        yield f"Sandbox key of {client['product']} at {client['organisation']}: {client['key']}"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_undisturbed(system: System) -> None:
    """A second Ctrl-C must not leave half of it running."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    print("\nStopping …", flush=True)
    system.stop()
    print("Stopped.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
