"""Every command that README and docs show."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def blocks(name):
    """What stands in its ```sh blocks."""
    return re.findall(r"^```sh\n(.*?)^```$", (CHECKOUT / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
