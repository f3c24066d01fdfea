"""The versions of the question set as recording publishes them, remembered in this worker.

Public interfaces are made of them, so they outlive recording: while it is away, what was known last goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import cast

from flask import Flask, current_app

from chassis.problems import Problem, unavailable
from gateway.clients import Clients
from protos.recording.v1 import question_set_pb2 as pb

KEPT = 60.0  # seconds before recording is asked for news
PATIENCE = 5.0  # seconds until it is asked again after it was away
LIKELY = 5  # organisations among which one of a code is
Definitions = tuple[pb.QuestionSetDefinition, ...]
Maps = tuple[pb.ConceptMap, ...]
_log = logging.getLogger(__name__)


class QuestionSets:
    """Every supported version, whole, in the order of their numbers, and the maps between them. Each is fetched once for
    its digest."""

    def __init__(self, clients: Clients, kept: float = KEPT, patience: float = PATIENCE) -> None:
        self._clients = clients
        self._kept, self._patience = kept, patience
        self._lock = threading.Lock()
        self._known: Definitions = ()
        self._maps: Maps = ()
        self._again = 0.0

    def all(self) -> Definitions:
        """What is published; UNAVAILABLE when recording is away and was never heard."""
        self._look()
        return self._known

    def concept_maps(self) -> Maps:
        """What answers of one version mean in the next; UNAVAILABLE like `all`."""
        self._look()
        return self._maps

    def _look(self) -> None:
        if time.monotonic() >= self._again and self._lock.acquire(blocking=not self._known):
            try:
                self._refresh()
            finally:
                self._lock.release()
        if not self._known:
            raise unavailable(
                "try-again", "The question set cannot be read right now. Try again in a moment."
            )

    def of(self, version: int) -> pb.QuestionSetDefinition | None:
        """One version, or None where we do not have it."""
        return next((one for one in self.all() if one.question_set == version), None)

    def organisations(self, text: str, count: int) -> pb.Organisations:
        """The organisations that match `text`, `count` at most."""
        asking = pb.FindOrganisationsRequest(text=text, count=count)
        return cast(pb.Organisations, self._clients["recording"].ask("FindOrganisations", asking))

    def organisation(self, code: str) -> str:
        """The name of an organisation; empty where it cannot be known now."""
        try:
            likely = self.organisations(code, LIKELY).organisations
        except Problem:
            return ""
        return next((one.name for one in likely if one.code == code), "")

    def _refresh(self) -> None:
        if time.monotonic() < self._again:
            return  # somebody else just did
        try:
            self._known, self._maps = self._fetched()
        except Problem as away:
            _log.info("question sets stay as they were known: %s", away.code)
            self._again = time.monotonic() + self._patience
        else:
            self._again = time.monotonic() + self._kept

    def _fetched(self) -> tuple[Definitions, Maps]:
        recording = self._clients["recording"]
        have = {(one.question_set, one.digest): one for one in self._known}
        maps = {one.digest: one for one in self._maps}
        listed = recording.ask("ListQuestionSets", pb.ListQuestionSetsRequest())
        return tuple(
            have.get((one.question_set, one.digest))
            or recording.ask("GetQuestionSet", pb.GetQuestionSetRequest(question_set=one.question_set))
            for one in sorted(listed.question_sets, key=lambda each: each.question_set)
        ), tuple(
            maps.get(one.digest)
            or recording.ask("GetConceptMap", pb.GetConceptMapRequest(old=one.old, new=one.new))
            for one in listed.concept_maps
        )


def install(app: Flask) -> None:
    """Remember question sets for this app. Asks nobody yet."""
    app.extensions["question_sets"] = QuestionSets(app.extensions["clients"])


def current() -> QuestionSets:
    """Those of the app that answers this request."""
    return cast(QuestionSets, current_app.extensions["question_sets"])
