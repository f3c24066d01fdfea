"""One request through every process, drawn as text: who called whom, when, for how long."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Span = dict[str, Any]
WIDTH = 40  # columns of the bar


def find(folder: Path, wanted: str) -> list[Span]:
    """Every span of the trace with that id, or of the traces in which an attribute has that value (a request id, a record)."""
    spans = [
        json.loads(line)
        for path in sorted(folder.glob("spans*.jsonl"))
        for line in path.read_text().splitlines()
        if line.strip()
    ]
    traces = {span["trace"] for span in spans if wanted == span["trace"] or wanted in _values(span)}
    return [span for span in spans if span["trace"] in traces]


def draw(spans: Iterable[Span]) -> Iterator[str]:
    """Lines of text: each trace as a tree, children in the order they began."""
    by_trace: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_trace[span["trace"]].append(span)
    for trace, members in sorted(by_trace.items(), key=lambda item: min(span["start"] for span in item[1])):
        yield from _tree(trace, members)


def _tree(trace: str, members: list[Span]) -> Iterator[str]:
    begin, end = min(span["start"] for span in members), max(span["end"] for span in members)
    yield f"trace {trace}: {len(members)} spans, {_milliseconds(end - begin)} ms"
    known = {span["span"] for span in members}
    children: dict[str, list[Span]] = defaultdict(list)
    for span in sorted(members, key=lambda span: int(span["start"])):
        children[span["parent"] if span["parent"] in known else ""].append(span)
    rows = list(_rows(children, "", 0))
    width = max(len(label) for label, _ in rows)
    for label, span in rows:
        took, note = _milliseconds(span["end"] - span["start"]), span["failed"]
        yield f"  {label:<{width}} {_bar(span, begin, max(end - begin, 1))} {took:>9} ms  {note}".rstrip()


def _rows(children: dict[str, list[Span]], parent: str, depth: int) -> Iterator[tuple[str, Span]]:
    for span in children[parent]:
        yield f"{'  ' * depth}{span['process']}: {span['name']}", span
        yield from _rows(children, span["span"], depth + 1)


def _bar(span: Span, begin: int, whole: int) -> str:
    before = min((span["start"] - begin) * WIDTH // whole, WIDTH - 1)
    length = max(min((span["end"] - span["start"]) * WIDTH // whole, WIDTH - before), 1)
    return f"{' ' * before}{'█' * length}".ljust(WIDTH)


def _milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:,.1f}"


def _values(span: Span) -> set[str]:
    return {str(value) for value in span["attributes"].values()}
