"""Stated times: how long, from when, and what is done then."""
