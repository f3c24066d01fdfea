"""`make audit-verify`: every chain of the audit is walked, where it was made and where it is copied; what was found is printed."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

from deploy.local import codes, layout

ROUTE = "/api/v1/admin/audit/verification"
PATIENCE, LOOK_AGAIN = 3600.0, 0.5  # seconds


def main() -> int:
    """0 when nothing is wrong, 1 when something is, 2 when it cannot be said."""
    told = json.loads((layout.from_environment().home / "demo.json").read_text())
    support = next(one for one in told["accounts"] if one["role"] == "support")
    with httpx.Client(base_url=told["gateway"], timeout=40) as client:
        client.headers["Authorization"] = f"Bearer {codes.sign_in(told['gateway'], support)}"
        return verify(told["gateway"], client)


def verify(gateway: str, client: httpx.Client) -> int:
    """Ask for a verification and wait for its end; the exit code."""
    asked = client.post(f"{gateway}{ROUTE}").raise_for_status().json()["id"]
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = client.get(f"{gateway}{ROUTE}").raise_for_status().json()
        if found["id"] == asked and found["finished"]:
            print("\n".join(said(found)))
            return 0 if found["sound"] else 1
        time.sleep(LOOK_AGAIN)
    print("It has not ended; is every `work` running? `make status` says.", file=sys.stderr)
    return 2


def said(found: dict[str, Any]) -> Iterator[str]:
    """A line for each chain, and one for each fault."""
    for chain in found["chains"]:
        wrong = f"{len(chain['faults'])} faults" if chain["faults"] else "sound"
        yield f"{chain['service']:<16}{chain['rows']:>10} rows {chain['copies']:>10} copies   {wrong}"
        for one in chain["faults"]:
            places = f"{one['no']}" if one["no"] == one["until"] else f"{one['no']} to {one['until']}"
            yield f"  {one['kind']} at {places} ({one['where']})"


if __name__ == "__main__":
    sys.exit(main())
