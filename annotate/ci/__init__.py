"""What the pipeline knows."""
