"""Rules of identity: organisations over time, roles, sign-in, and how a first administrator gets in."""
