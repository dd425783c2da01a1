"""A notice cut into segments: what language it is in, where its headings, items and sentences are."""
