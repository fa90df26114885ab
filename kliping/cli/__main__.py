"""`python -m kliping.cli` is `kliping`."""

from kliping.cli import main

main()
