"""The board: the notice itself, sentence by sentence, and whether each is kept."""
