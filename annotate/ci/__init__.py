"""What the pipeline knows: one module for each CI, chosen by `detection.py`."""
