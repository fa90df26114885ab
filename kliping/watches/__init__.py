"""Watches: queries with names, whose new hits go to feeds and a webhook after each publish."""
