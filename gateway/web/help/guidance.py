"""What to record and how, in our own words: guidance, questions that are asked often, words explained."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.guards import public
from gateway.web.help import words

routes = Blueprint("help", __name__, url_prefix="/help")


@routes.get("")
@public
def guidance() -> str:
    """The kinds of event, how to write without names, grades of harm, what happens next."""
    return render_template("help/guidance.html", grades=words.GRADES)


@routes.get("/questions")
@public
def questions() -> str:
    """What people ask."""
    return render_template("help/questions.html")


@routes.get("/glossary")
@public
def glossary() -> str:
    """Words, in the order of the alphabet."""
    return render_template("help/glossary.html", letters=words.LETTERS)
