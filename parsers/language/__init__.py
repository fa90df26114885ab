"""Word lists as data, and the module that reads them."""
