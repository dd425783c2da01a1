"""What we say: notices read, checked, compared and written, in five languages, without a network."""
