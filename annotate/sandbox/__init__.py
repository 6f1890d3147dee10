"""An embedded Releases API: for `make demo`, for tests, and to point pipelines at."""
