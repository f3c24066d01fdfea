"""The store in which vendors try things: who is in it, for how long, and what stands where redacted text would."""

from __future__ import annotations

from datetime import timedelta

from chassis.actors import Actor

KIND = "sandbox"  # of an actor whose key is for the sandbox
KEPT = timedelta(days=7)


def is_in(actor: Actor) -> bool:
    """Whether an actor belongs to the sandbox; nothing else decides that."""
    return actor.kind == KIND


def shown_instead(field: str) -> str:
    """What stands where the redacted text of a field would. Each field has its own, so that a text can be told by it."""
    return f"This is the sandbox. Once personal data have been taken out of it, the text of {field} is shown here."
