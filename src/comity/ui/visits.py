"""A request as the rooms see it: somebody who acts, asking for a page."""

from django.http import HttpRequest

from comity.kernel.actors import Actor


class Visit(HttpRequest):
    """What the door hands on: the request with its actor."""

    actor: Actor
