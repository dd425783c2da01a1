"""What else a program can use: articles, acts, data, recipients, rights, numbers, and the items of GDPR art. 13."""
