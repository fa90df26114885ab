"""The rim: network, clock, environment, Prefect, command line."""
