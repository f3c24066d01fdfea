"""Recording, changing and reading events, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis import outbox
from chassis.grpc_server import actor
from chassis.problems import invalid
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import events as wire
from services.recording.messages import searching

PERMISSIONS = {
    "Submit": use_cases.SUBMIT,
    "SubmitMany": use_cases.SUBMIT,
    "Validate": use_cases.SUBMIT,
    "Revise": use_cases.REVISE,
    "Retype": use_cases.REVISE,
    "Govern": use_cases.GOVERN,
    "Withdraw": use_cases.REVISE,
    "Restore": use_cases.RESTORE,
    "GetEvent": use_cases.READ,
    "GetHistory": use_cases.READ,
    "SearchEvents": use_cases.READ,
    "Reconcile": use_cases.SUBMIT,
    "AnonymiseReporter": use_cases.ANONYMISE,
}


class Events(pb_grpc.RecordingServicer):
    """The RPCs about events themselves. `db` is the store of whoever asks."""

    def __init__(self, db: Engine, tools: use_cases.Tools) -> None:
        self._db = db
        self._tools = tools

    def Submit(self, request: pb.SubmitRequest, context: ServicerContext) -> pb.Submitted:
        return wire.submitted(use_cases.submit(self._db, self._tools, actor(), _submission(request)))

    def SubmitMany(self, request: pb.SubmitManyRequest, context: ServicerContext) -> pb.SubmittedMany:
        submissions = [_submission(one) for one in request.requests]
        with outbox.in_lane(outbox.BULK if request.bulk else outbox.LIVE):
            results = use_cases.submit_many(self._db, self._tools, actor(), submissions)
        return pb.SubmittedMany(outcomes=[searching.outcome(one) for one in results])

    def Validate(self, request: pb.ValidateRequest, context: ServicerContext) -> pb.Validated:
        submission = _submission(request.submission)
        if request.event:
            next_of = (request.event, request.expected_revision, submission, request.strict)
            warnings = use_cases.check_revision(self._db, self._tools, actor(), *next_of)
        else:
            warnings = use_cases.check(self._tools.directory, actor(), submission, request.strict)
        return pb.Validated(warnings=[wire.fault(one) for one in warnings])

    def Revise(self, request: pb.ReviseRequest, context: ServicerContext) -> pb.Submitted:
        submission, expected = _submission(request.submission), request.expected_revision
        return wire.submitted(
            use_cases.revise(self._db, self._tools, actor(), request.event, expected, submission)
        )

    def Retype(self, request: pb.RetypeRequest, context: ServicerContext) -> pb.Submitted:
        expected, event_type = request.expected_revision, request.event_type
        return wire.submitted(
            use_cases.retype(self._db, self._tools, actor(), request.event, expected, event_type)
        )

    def Govern(self, request: pb.GovernRequest, context: ServicerContext) -> pb.Submitted:
        block, expected = wire.answers(request.answers), request.expected_revision
        return wire.submitted(
            use_cases.govern(self._db, self._tools, actor(), request.event, expected, block)
        )

    def Withdraw(self, request: pb.WithdrawRequest, context: ServicerContext) -> pb.Submitted:
        expected, reason = request.expected_revision, request.reason
        return wire.submitted(
            use_cases.withdraw(self._db, self._tools, actor(), request.event, expected, reason)
        )

    def Restore(self, request: pb.RestoreRequest, context: ServicerContext) -> pb.Submitted:
        return wire.submitted(use_cases.restore(self._db, self._tools, actor(), request.event))

    def GetEvent(self, request: pb.GetEventRequest, context: ServicerContext) -> pb.SafetyEvent:
        return _shown(
            use_cases.find_event(self._db, self._tools, actor(), request.event_id, request.revision)
        )

    def GetHistory(self, request: pb.GetHistoryRequest, context: ServicerContext) -> pb.History:
        found, total = use_cases.history(
            self._db, self._tools, actor(), request.event, request.before, request.count
        )
        return pb.History(revisions=[_shown(one) for one in found], total=total)

    def SearchEvents(self, request: pb.SearchRequest, context: ServicerContext) -> pb.Found:
        found, following, total = use_cases.search(self._db, self._tools, actor(), searching.wanted(request))
        return pb.Found(events=[_shown(one) for one in found], next=following, total=total or 0)

    def Reconcile(self, request: pb.ReconcileRequest, context: ServicerContext) -> pb.Reconciled:
        asked = list(request.local_references)
        found, following = use_cases.reconcile(self._db, actor(), asked, request.cursor)
        return searching.reconciled(found, asked, following)

    def AnonymiseReporter(
        self, request: pb.AnonymiseReporterRequest, context: ServicerContext
    ) -> pb.Anonymised:
        use_cases.anonymise_reporter(self._db, self._tools, actor(), request.event)
        return pb.Anonymised()


def _shown(one: use_cases.Shown) -> pb.SafetyEvent:
    return wire.event(one.event, one.texts, use_cases.question_set(one.event.question_set))


def _submission(request: pb.SubmitRequest) -> use_cases.Submission:
    if request.route not in wire.ROUTES:
        raise invalid("no-route", "Say by which route the event comes: the API or online.")
    return use_cases.Submission(
        question_set=request.question_set,
        answers=wire.answers(request.answers),
        route=wire.ROUTES[request.route],
        organisation=request.organisation,
        idempotency_key=request.idempotency_key,
        local_reference=request.local_reference,
        reference_system=request.reference_system,
        patients=request.patients,
        draft_id=request.draft_id,
    )
