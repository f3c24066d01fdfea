"""Two files that stand by themselves, for a proxy to serve while the gateway is away: what that means, and the form on paper.

`python -m gateway.web.help.standing <folder>` writes `away.html` and `downtime-form.html`. Their style is in them; nothing else is fetched.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from gateway.web.help.paper import PLAIN

WEB = Path(__file__).parent.parent
PAPER = "downtime-form.html"


def write(folder: Path) -> None:
    """Whole or not at all, and as often as one likes."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    style = "\n".join((WEB / "static" / name).read_text("utf-8") for name in ("standing.css", "paper.css"))
    for name, template in (("away.html", "away_alone.html"), (PAPER, "downtime_alone.html")):
        page = made.get_template(f"help/{template}").render(style=style, paper=PAPER, items=PLAIN)
        part = folder / f"{name}.part"
        part.write_text(page, "utf-8")
        part.replace(folder / name)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
