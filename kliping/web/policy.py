"""What a browser may do with our pages: nothing that comes from elsewhere, and no script but one."""

from __future__ import annotations

POLICY = "Content-Security-Policy"
BRUSH = "/brush.js"  # of charts whose days can be chosen by dragging
RULES = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "frame-src 'self'",  # archived pages, which bring a policy of their own
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


def policy(*, has_brush: bool = False) -> str:
    return "; ".join((*RULES, "script-src 'self'") if has_brush else RULES)
