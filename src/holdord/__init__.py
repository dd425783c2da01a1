"""holdord reads a privacy notice, keeps its promises in the company's data, and shows the proof."""

__version__ = "0.1.0"
