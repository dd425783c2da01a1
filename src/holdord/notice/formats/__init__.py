"""The formats that a notice comes in, each made into the same plain text: Markdown as far as it has structure."""
