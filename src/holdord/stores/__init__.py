"""Doors to data: ``sql`` for databases, ``register`` for the built-in one."""
