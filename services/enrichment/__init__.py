"""Enrichment opens a narrative, takes personal data out of it, and tells what may be shown.

It listens to recording (`SafetyEventRecorded`, whose narrative is sealed to it alone) and announces
`SafetyEventRedacted`. It fails closed: a text that could not be checked is never announced, and stays "being checked"
wherever it is shown. It answers what looks personal in a text that
somebody is still writing, and forgets it. Suggested codes, similar events and signals come later.
"""
