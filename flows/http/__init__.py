"""The guarded client: for pages, feeds, sitemaps and robots.txt alike."""
