"""Stands in for the package of this name where it is not installed: it asks where and what that one asks."""

import json

from asked import ask


class Response:
    def __init__(self, text):
        self._text = text

    def raise_for_status(self):
        """What is no success has been raised already."""

    def json(self):
        return json.loads(self._text)


def post(url, *, headers, json, timeout):
    assert timeout > 0
    return Response(ask(url, headers, json))
