"""What the rules cost that need neither a network nor a database, in this process: redaction, validation, a question set."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from services.enrichment.domain.names import Lexicon
from services.enrichment.domain.redaction import redact
from services.enrichment.store import load_lexicon
from services.recording.domain.question_set import load
from services.recording.domain.validation import validate
from tests.builders.safety_events import an_incident
from tests.load.processor import cpu_ms

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 3, 3)
NARRATIVE = "Pt Jane Doe, NHS no 943 476 5919, fell in bay 3 at 03:20; told Dr Smith, who came at once and found no harm. "
# What a rule that looks back for where it began would stumble over: each of these, over and over.
PIECES = ("a", "A", "7", "0 ", "Dr ", " ", "\n", "a.", "a@", "a'", "[", "St ", "T. ", "nhs no ", "(1")
SHORT, TIMES = 30_000, 4  # characters, and how many times that


def measure() -> dict[str, Any]:
    """CPU-milliseconds of each, and how many times the processor time four times the text takes at worst."""
    lexicon = load_lexicon()
    question_set = (ROOT / "services/recording/question_sets/v6.toml").read_text("utf-8")
    version, answers = load(question_set), an_incident()
    check = partial(validate, version, answers, today=TODAY, known_organisation=lambda code: True)
    text = 5 * NARRATIVE
    return {
        "rules_cpu_ms": {
            "redaction of 100 words": 100 * cpu_ms(lambda: redact(text, lexicon), 50) / len(text.split()),
            "validation of a typical event": cpu_ms(check, 200),
            "reading a question set": cpu_ms(lambda: load(question_set), 2),
        },
        "redaction_growth": {
            repr(piece): _of_length(piece, TIMES * SHORT, lexicon) / _of_length(piece, SHORT, lexicon)
            for piece in PIECES
        },
    }


def _of_length(piece: str, length: int, lexicon: Lexicon) -> float:
    text = piece * (length // len(piece))
    return cpu_ms(lambda: redact(text, lexicon), 1)
