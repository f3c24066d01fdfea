"""What recording knows about safety events before any database or wire: the question set, answers and their
rules.

`question_set` turns the data of one version into lookup tables, `answers` is what a reporter sent,
`validation` says what is wrong with it or what it amounts to, `harm` and `ages` read the grades and encoded
ages of patients, and `reference_numbers` makes the number that people quote. Nothing here reads a clock, a
file or a network.
"""
