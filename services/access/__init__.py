"""Access is the service through which data are seen: record level now; search, aggregates and data requests later.

It answers: list the events an actor may see, show one of them. What an actor may not see is not found. It listens to
recording (`SafetyEventRecorded`, `…Revised`, `…Withdrawn`, `…Restored`, `QuestionSetPublished`), enrichment
(`SafetyEventRedacted`) and identity (`OrganisationChanged`), and keeps its own copy of coded facts and redacted text of
the newest revision. A withdrawn event is kept and seen by nobody. It never holds a narrative that has not been checked
for personal data. Of what it audits it
tells identity (`AuditSealed`, `AuditVerified`); it announces nothing else yet.
"""
