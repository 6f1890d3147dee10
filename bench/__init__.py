"""Measurements: each is a ratio against a named other in the same run."""
