"""Import modules as an image would, and print what came with them.

`python -I alone.py <folder> <lock> <module>…`. Only the folder's own modules, and only packages that the lock
names, can be found.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path


class OnlyLocked:
    """Stands before every other finder and refuses what the image does not have."""

    def __init__(self, lock: str) -> None:
        named = {_plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
        here = packages_distributions().items()
        self._foreign = {top for top, owners in here if not named & {_plain(owner) for owner in owners}}

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in self._foreign:
            raise ModuleNotFoundError(f"{name} is not in this image", name=name)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(folder: str, lock: str, modules: Iterable[str]) -> None:
    """Prints the first names of all modules that are loaded in the end, as JSON."""
    sys.path.insert(0, folder)
    sys.meta_path.insert(0, OnlyLocked(Path(lock).read_text()))  # type: ignore[arg-type]
    for module in modules:
        importlib.import_module(module)
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
