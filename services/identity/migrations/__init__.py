"""Migrations of identity's database: numbered, one head, each fit for the running code and the coming."""
