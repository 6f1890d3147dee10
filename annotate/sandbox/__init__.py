"""An embedded Releases API, for `make demo`, tests and trying out pipelines."""
