"""A first policy, drafted from a notice: every field with the sentence that it came from, every hole a question."""
