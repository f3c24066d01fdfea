"""For support staff and super administrators: accounts, organisations, credentials, the audit, erasures, how the system is."""
