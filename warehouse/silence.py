"""What is raised where a server of a lake does not answer."""

from __future__ import annotations


class LakeUnavailable(Exception):  # noqa: N818 - a state of things that passes
    """PostgreSQL or the object storage does not answer; nothing that was acknowledged is lost."""

    exit_code = 75
