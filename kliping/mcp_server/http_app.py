"""The tools over HTTP, for agents that have the token."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def make_http_app(server: MCPServer, token: str, hosts: Sequence[str]) -> Starlette:
    """At `/mcp`; each request has one answer and no session. `hosts` are the names by which the server is asked."""
    app = server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.add_middleware(TokenGuard, token=token)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False)
    return app


class TokenGuard:
    """Refuses requests without the token, before their body is read."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            sent = Headers(scope=scope).get("authorization", "").encode()
            if not hmac.compare_digest(self._expected, sent):
                line = "Send the header Authorization: Bearer … with the token of this server.\n"
                await PlainTextResponse(line, 401, {"WWW-Authenticate": "Bearer"})(
                    scope, receive, send
                )
                return
        await self._app(scope, receive, send)
