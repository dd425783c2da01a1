"""From facts to a layered privacy notice in any of five languages, and back."""
