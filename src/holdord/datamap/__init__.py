"""Where personal data lie in a store (pure)."""
