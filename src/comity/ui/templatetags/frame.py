"""The frame of the house around a Django template: the same blocks of the same page, so that they cannot drift apart."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from comity.ui.pages import render_fragment

register = template.Library()


@register.simple_tag(takes_context=True)
def frame(context: dict[str, Any], block: str, title: str = "") -> SafeString:
    """A block of the frame: `frame_head`, `frame_top`, `toasts` or `frame_foot`."""
    more = {"frame_title": title.strip()} if title.strip() else {}
    return mark_safe(render_fragment(context["request"], "ui/page.html", block, **more))  # noqa: S308 (our own template)
