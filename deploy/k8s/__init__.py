"""Kubernetes: README.md says how. The one program here makes the keys of a trial."""
