"""Evidence: an append-only log of what was done, signed, that outsiders can verify without us.

A map of the package; each module stands on the ones above it in its column.

===============  ==================================================================================
``entry``        what an entry looks like: canonical JSON, secrets only as salted commitments
``merkle``       the tree over all entries: hashes, frontier, proofs
``note``         keys, and checkpoints: size and root of the log, signed
\
``tables``       where the log lies in a database, and the guards that keep it append-only
``nodes``        which nodes of the tree are stored, and how proofs are computed from them
``log``          append, read, prove, forget salts
``checkpoints``  sign the log, once it was seen to hold together
``export``       write the whole log, or one person's receipt
\
``shapes``       tell quickly that lines are canonical
``lines``        from lines to leaves, in bounded memory
``helpers``      the same with all processors
``receipt``      the form of a receipt, and its check
``verify``       check an export or a receipt: no database, no trust in the file
===============  ==================================================================================

A writer needs ``tables.install``, ``log.append`` and ``checkpoints.checkpoint``; a reader ``verify.verify``. Nothing
here imports anything of holdord but its errors, and what ``verify`` needs imports no SQLAlchemy. Personal data has
no place in an entry; what must be provable about a person is sealed, and its salt can be erased.
"""
