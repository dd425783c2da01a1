"""The portal: where people ask, follow their request and read the answer."""
