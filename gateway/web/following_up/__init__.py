"""What becomes of an event after it was recorded, on pages: for whoever reported it, and for those who follow it up."""

from __future__ import annotations

from gateway.web.following_up import (
    amending,
    event,
    governance,
    history,
    my_records,
    safety_responses,
    worklist,
)

PARTS = (my_records, worklist, event, amending, governance, history, safety_responses)
