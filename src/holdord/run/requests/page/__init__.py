"""What a person who asked gets to read: a page, a PDF file and a bundle of files, made of an answer's JSON form."""
