"""Reading the pipeline: one module for each CI, chosen by `detection.py`."""
