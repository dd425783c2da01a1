"""Who works here: accounts, roles by purpose, a second factor for everybody."""
