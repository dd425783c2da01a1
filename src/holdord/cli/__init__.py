"""The command line: one module per noun, each command a thin call. JSON on standard output, the rest on standard error."""
