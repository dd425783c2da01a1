"""holdord reads a privacy notice, keeps its promises in the company's data, and shows the proof."""

from datetime import date

__version__ = "0.1.0"

BUILT = date(2026, 11, 22)
"""The day of this release: no machine's clock shows an earlier one and is right."""
