"""What the weights of the kinds stage are learnt from, and how; no part of the product."""
