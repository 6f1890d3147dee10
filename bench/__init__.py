"""Benchmarks. Each compares annotate with a named alternative in the same run."""
