"""A notice as a picture: one HTML page, no script."""
