"""What the first visitors after a start would wait for, up to half a second each: question sets are fetched, templates compiled."""

from __future__ import annotations

import threading
from contextlib import suppress

from flask import Flask

from chassis.problems import Problem
from gateway import question_sets

TEMPLATES = ("html", "jinja")  # what our templates and those of the design system are called


def begin(app: Flask) -> threading.Thread:
    """Do it in a thread, beside the requests that come meanwhile: a worker that replaces a killed one serves at once."""
    thread = threading.Thread(target=_warm, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(app: Flask) -> None:
    with app.app_context(), suppress(Problem):  # while recording is away, whoever asks next is told
        question_sets.current().all()
    for name in app.jinja_env.list_templates(extensions=TEMPLATES):
        app.jinja_env.get_template(name)
