"""Evidence: an append-only log of what was done, signed, that outsiders can verify without us.

A map of the package, each part standing on the one before:

- what there is: ``entry`` (canonical JSON, secrets only as salted commitments), ``merkle`` (the tree over all
  entries: hashes, frontier, proofs), ``note`` (keys, and checkpoints: size and root of the log, signed);
- to write, with SQLAlchemy: ``tables`` (where the log lies), ``guards`` (what keeps it append-only), ``nodes`` (which
  nodes of the tree are stored), ``log`` (append, read, prove, forget salts), ``checkpoints`` (sign the log once it was
  seen to hold together), ``prune`` (throw old entries away), ``export`` (the whole log, or one person's receipt, as a
  file);
- to check, without it: ``shapes`` (tell quickly that lines are canonical), ``lines`` (from lines to leaves in
  bounded memory), ``processes`` (the same with all processors), ``receipt`` (its form and its check), ``past``
  (the same for what stays of pruned entries), ``verify``.

A writer needs ``tables.install``, ``log.append``, ``checkpoints.checkpoint`` and ``export.export``; a reader
``verify.verify``. Nothing here imports anything of holdord but its errors. Personal data has no place in an entry;
what must be provable about a person is sealed, and its salt can be erased.
"""
