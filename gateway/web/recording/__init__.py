"""Recording a safety event on pages that are made of the question set: no page is written for one question."""
