"""What we are told: by the inputs, by the pipeline, by git."""
