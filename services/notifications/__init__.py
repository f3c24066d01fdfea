"""Notifications tells people: receipts, questions and news to reporters, notices and urgent e-mails to safety leads.

It answers: an actor's own notices. It listens to recording (what happens to a record) and identity (`AccountOpened`,
`GrantChanged`, `OrganisationChanged`, `AuditDoubted`). Of what it audits it tells identity (`AuditSealed`,
`AuditVerified`); it announces nothing else yet. Addresses stay sealed to it until the moment of
sending, and nothing it sends carries a report's text: only what kind of event, its reference and a link.
"""
