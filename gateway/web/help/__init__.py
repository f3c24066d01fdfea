"""Guidance, statements, feedback, and a form on paper: what every public service has, for anybody, whatever else is away."""

from __future__ import annotations

from gateway.web.help import downtime, feedback, guidance, statements, support_feedback

PARTS = (guidance, statements, feedback, support_feedback, downtime)
