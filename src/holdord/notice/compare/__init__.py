"""Where two versions of one notice differ in substance: two languages, or before and after a change."""
