"""The command line: a module per noun, each command a thin call. Documents on standard output, the rest on error."""
