"""Keeping promises: carry plans out, sweep, show the board; and the folder that all of it lives in."""
