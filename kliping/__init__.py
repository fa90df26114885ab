"""Kliping: news articles into a DuckDB file that anyone can query."""
