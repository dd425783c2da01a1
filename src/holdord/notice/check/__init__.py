"""Checks a notice: what the law asks for that is missing, what contradicts itself, what nobody can keep."""
