"""What a sentence promises: concepts become signals, rules and a small linear model tell the kinds."""
