"""What the company promises: terms, durations, calendar, model and loading of policy.yaml (pure)."""
