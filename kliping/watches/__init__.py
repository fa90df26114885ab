"""Watches: queries with names, whose new hits go to feeds and destinations after each publish."""
