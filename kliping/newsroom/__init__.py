"""The bundled sample newsroom: a server of three invented outlets on a loopback port, for the demo and the tests."""

from kliping.newsroom.site import NOW, Newsroom, Request

__all__ = ["NOW", "Newsroom", "Request"]
