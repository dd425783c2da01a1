"""Letters to people and to staff: their words in five languages, and how a letter is made of them."""
