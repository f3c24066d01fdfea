"""Guidance, statements, feedback, and a form on paper: what every public service has, for anybody, whatever else is away."""
