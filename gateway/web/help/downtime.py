"""A form to print and fill in by hand, for when the service is away: it is served also while recording is."""

from __future__ import annotations

from flask import Blueprint, render_template

from chassis.problems import Problem
from gateway import question_sets
from gateway.guards import public
from gateway.web.help import paper
from gateway.web.recording.form import Form

routes = Blueprint("downtime", __name__, url_prefix="/downtime-form")


@routes.get("")
@public
def downtime_form() -> str:
    """The questions as they were last heard of; a plain form where they never were."""
    return render_template("help/downtime.html", items=_items())


def _items() -> tuple[paper.Item, ...]:
    try:
        return paper.sheet(Form(question_sets.current().all()[-1]))
    except (Problem, RuntimeError):  # recording is away, or broken: this page must be there all the same
        return paper.PLAIN
