"""Identity owns people, organisations, the roles they hold there, sessions, and the keys of LRMS clients.

It answers: who is this (a session, an LRMS key), as an actor that only it can sign; sign in, sign out; which
credentials and accounts there are, for support staff; and, as it happens, which sessions and credentials must
no longer be honoured. It announces `OrganisationChanged`, `AccountOpened` (the address sealed for
notifications alone) and `GrantChanged`. It listens to
every service that keeps an audit (`AuditSealed`, `AuditVerified`), and asks them all to walk along their chains
(`AuditVerificationAsked`). Passwords are kept as argon2 hashes, tokens and
keys as SHA-256 of something too random to guess.
"""
