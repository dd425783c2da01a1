"""The built-in register: what a company uses that has no customer system of its own. A store like any other."""
