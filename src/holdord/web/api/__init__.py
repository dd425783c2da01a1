"""The API: what the command line can do, for programs (decision 0029)."""
