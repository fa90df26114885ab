"""`python -m flows.cli` is `kliping`."""

from flows.cli import main

main()
