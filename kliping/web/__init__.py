"""The explorer: pages over the published copy, made on the server, usable without script."""
