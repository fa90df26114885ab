"""The bundled newsroom: three invented outlets on a loopback port, and the truth about what they published."""

from flows.newsroom.site import NOW, Newsroom, Request

__all__ = ["NOW", "Newsroom", "Request"]
