"""The rules for personal data in free text: what is found (`personal_data`, `names`), and how it is replaced (`redaction`).

They come before anything is shown, searched, embedded or announced, and they fail closed: a doubt beside a strong cue is
withheld. They import the standard library only; the lists of names are a parameter (`lexicon`), so that an organisation's
own staff can be added. They are rules, not a promise: a reader can always report what they missed.
"""
