"""A new, empty migration of one service, numbered after the last: `make migration service=recording m="add harm grading"`."""

import re
import sys
from pathlib import Path

from deploy.local.layout import CHECKOUT, SERVICES

TEMPLATE = '''"""{message}."""

from alembic import op

revision = "{number:04}"
down_revision = {before}


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';
    """)
'''


def main(service: str, message: str) -> int:
    """Write the file and say where it is."""
    if service not in SERVICES:
        print(f"no such service; one of: {', '.join(SERVICES)}", file=sys.stderr)
        return 2
    folder = CHECKOUT / "services" / service / "migrations" / "versions"
    path = write(folder, message)
    print(path.relative_to(CHECKOUT))
    return 0


def write(folder: Path, message: str) -> Path:
    """The next file: `0002_add_harm_grading.py`."""
    last = max((int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]_*.py")), default=0)
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")
    path = folder / f"{last + 1:04}_{slug}.py"
    before = f'"{last:04}"' if last else "None"
    sentence = message[:1].upper() + message[1:].rstrip(".")
    path.write_text(TEMPLATE.format(message=sentence, number=last + 1, before=before))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
