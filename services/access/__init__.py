"""Access is the service through which data are seen: record level now; search, aggregates and data requests later.

It answers: list the events an actor may see, show one of them. What an actor may not see is not found. It listens to
recording (`SafetyEventRecorded`, `QuestionSetPublished`), enrichment (`SafetyEventRedacted`) and identity
(`OrganisationChanged`), and keeps its own copy of coded facts and redacted text. It never holds a narrative that has
not been checked for personal data. It announces nothing yet.
"""
