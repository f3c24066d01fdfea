"""Recording a safety event on pages that are made of the question set: no page is written for one question."""

from __future__ import annotations

from gateway.web.recording import by_code, drafts, organisations, quick, without_account

PARTS = (quick, drafts, organisations, without_account, by_code)
