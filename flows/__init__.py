"""Fetching, loading and scheduling: network, clock, environment, Prefect."""
