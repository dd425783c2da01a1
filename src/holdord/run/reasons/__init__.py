"""Why something stands as it does, in five languages."""
