"""The second opinion: a slow reading of the rule that shares nothing with the planner, and worlds to try both on."""
