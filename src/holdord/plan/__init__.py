"""Promises to statements (pure): what must be done at a date and why, as data.

``predicate`` is the little language of row conditions, ``bind`` fits policy, data map and schema together, ``grounds``
is the rule itself, ``statements`` are what it comes to, ``compile`` says them in SQL, ``explain`` in words.
"""
