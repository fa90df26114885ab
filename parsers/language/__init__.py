"""Word lists as data, and what reads them."""
