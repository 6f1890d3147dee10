"""What we say: pure rules from facts to a release. No I/O, no clock, no environment."""
