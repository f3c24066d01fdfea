"""Identity owns people, organisations, the roles they hold there, sessions, and the keys of LRMS clients.

It answers: who is this (a session, an LRMS key, an access token), as an actor that only it can sign; sign in, sign out; an access
token for a client that signed for it; which clients, credentials and accounts there are, for whoever administers them; and, as it happens, which sessions and credentials must
no longer be honoured. It announces `OrganisationChanged`, `AccountOpened` (the address sealed for
notifications alone), `GrantChanged`, and what people must be told of codes, requests, roles and keys that end. It listens to
every service that keeps an audit (`AuditSealed`, `AuditVerified`), and asks them all to walk along their chains
(`AuditVerificationAsked`); what is found is told (`AuditDoubted`). Passwords are kept as argon2 hashes, tokens and
keys as SHA-256 of something too random to guess.
"""
