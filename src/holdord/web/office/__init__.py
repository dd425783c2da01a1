"""The back office: requests by what is due soonest, and what waits for a person."""
