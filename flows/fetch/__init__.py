"""The guarded client: for pages, feeds, sitemaps and robots.txt alike."""

from flows.fetch.budget import Budget, Budgets, FetchSettings
from flows.fetch.client import Fetcher, now_utc
from flows.fetch.failure import FetchFailed, printable

__all__ = ["Budget", "Budgets", "FetchFailed", "FetchSettings", "Fetcher", "now_utc", "printable"]
