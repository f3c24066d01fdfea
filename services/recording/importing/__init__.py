"""The door for files of former systems: CSV row → use case, in groups, with a report of what was rejected.

`python -m services.recording.importing nrls file.csv` runs wherever recording runs. docs/importing.md says how.
"""
