"""The tests: real git, real HTTP, the real process."""
