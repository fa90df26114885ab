"""Queries of people we do not know, on the published copy. A server uses `pool`, and shows its readers what `errors` say.

`rules` decides whether a text is one SELECT that touches nothing but data; `worker` is the process that runs it, within the
limits that the operating system keeps.
"""
