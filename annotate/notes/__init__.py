"""Commits -> notes: what changed, for people who did not write it."""
