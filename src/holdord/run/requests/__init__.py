"""Answering people: what the rule says of one person, and what was done about it (GDPR art. 12 to 22)."""
