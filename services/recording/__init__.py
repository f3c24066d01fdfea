"""Recording owns safety events as they were reported, and the question set they answer.

It answers: submit an event, read one back. It announces: `SafetyEventRecorded` (coded facts for everyone, the
narrative sealed for enrichment alone) and `QuestionSetPublished` (labels). It listens to: `SafetyEventRedacted` (the
text that may be shown) and `OrganisationChanged` (which ODS codes exist). The original narrative is sealed in its
database from the moment it is accepted and leaves it for enrichment alone.
"""
