"""`make import kind=nrls file=old.csv dry=1`: take a file over into the system that runs here."""

import subprocess
import sys
from collections.abc import Sequence

from deploy.local import keys
from deploy.local.layout import CHECKOUT, Layout, clean_environment, from_environment
from deploy.local.system import System

KEYS = ("RECORD_KEYS", "ENRICHMENT_SEAL_KEYS", "NOTIFICATIONS_SEAL_KEYS")


def main(words: Sequence[str]) -> int:
    """Run the importer with what recording's server has; its exit code."""
    layout = from_environment()
    system = System(layout.home, layout=layout)
    if not system.running():
        print(f"Nothing runs in {system.home}: make start", file=sys.stderr)
        return 2
    given = environment(layout, system.summary()["databases"]["recording"])
    command = [sys.executable, "-m", "services.recording.importing", *words]
    return subprocess.run(command, cwd=CHECKOUT, env=given, check=False).returncode


def environment(layout: Layout, database_url: str) -> dict[str, str]:
    """What the importer reads, keys as files."""
    made = keys.make(layout.folder("keys"))
    files = {f"{name}_FILE": str(made[name]) for name in KEYS}
    return clean_environment(DATABASE_URL=database_url, **files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
