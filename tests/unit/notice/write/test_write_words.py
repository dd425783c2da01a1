"""The words of each language: that none is missing, and that no line can be read in two ways."""
