"""Writing release notes from commits, for people who did not write these."""
