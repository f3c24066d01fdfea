"""Who hears what: the second half of the contract on RabbitMQ, beside the messages themselves.

`migrate` of any service makes the queues of every listener named here, so that no message is ever announced before
its readers have a queue, whichever service is set up first. A house test holds this against the listeners' own tables.
"""

from __future__ import annotations

HEARD_BY: dict[str, tuple[str, ...]] = {
    "lfpse.recording.v1.SafetyEventRecorded": ("access", "enrichment", "notifications"),
    "lfpse.recording.v1.SafetyEventRevised": ("access", "enrichment", "notifications"),
    "lfpse.recording.v1.SafetyEventWithdrawn": ("access", "notifications"),
    "lfpse.recording.v1.SafetyEventRestored": ("access", "notifications"),
    "lfpse.recording.v1.ReporterAnonymised": ("access", "notifications"),
    "lfpse.recording.v1.SafetyEventErased": ("access", "enrichment", "notifications"),
    "lfpse.audit.v1.TextErased": ("identity", "recording"),
    "lfpse.recording.v1.BreakGlassUsed": ("notifications",),
    "lfpse.recording.v1.QuestionAsked": ("enrichment", "notifications"),
    "lfpse.recording.v1.QuestionAnswered": ("enrichment", "notifications"),
    "lfpse.recording.v1.AddendumMade": ("enrichment", "notifications"),
    "lfpse.recording.v1.FeedbackGiven": ("enrichment", "notifications"),
    "lfpse.recording.v1.RecordAssigned": ("notifications",),
    "lfpse.recording.v1.RecordHandled": ("notifications",),
    "lfpse.recording.v1.RecordsLinked": ("notifications",),
    "lfpse.recording.v1.SafetyResponseSaved": ("enrichment",),
    "lfpse.recording.v1.DraftExpiring": ("notifications",),
    "lfpse.recording.v1.QuestionSetPublished": ("access",),
    "lfpse.audit.v1.AuditSealed": ("identity",),
    "lfpse.audit.v1.AuditVerified": ("identity",),
    "lfpse.audit.v1.AuditDoubted": ("notifications",),
    "lfpse.audit.v1.AuditVerificationAsked": ("access", "identity", "notifications", "recording"),
    "lfpse.enrichment.v1.SafetyEventRedacted": ("access", "recording"),
    "lfpse.identity.v1.OrganisationChanged": ("access", "notifications", "recording"),
    "lfpse.identity.v1.AccountOpened": ("notifications",),
    "lfpse.identity.v1.AccountErased": ("notifications", "recording"),
    "lfpse.identity.v1.GrantChanged": ("notifications",),
    "lfpse.identity.v1.VerificationRequested": ("notifications",),
    "lfpse.identity.v1.RoleRequested": ("notifications",),
    "lfpse.identity.v1.RoleDecided": ("notifications",),
    "lfpse.identity.v1.RoleExpiring": ("notifications",),
    "lfpse.identity.v1.AccountChanged": ("notifications",),
    "lfpse.identity.v1.CredentialExpiring": ("notifications",),
}


def topics_of(listener: str) -> tuple[str, ...]:
    """The full names of the messages that a service hears."""
    return tuple(topic for topic, listeners in HEARD_BY.items() if listener in listeners)


def listeners() -> tuple[str, ...]:
    """Every service that hears something."""
    return tuple(sorted({one for several in HEARD_BY.values() for one in several}))
