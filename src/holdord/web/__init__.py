"""The pages: board, portal, back office and API, served by Django with no models of ours (decision 0028)."""
