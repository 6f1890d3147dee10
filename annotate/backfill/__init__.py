"""The command `backfill`: the releases of the past, read and sent together."""
