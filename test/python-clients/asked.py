"""Asks a gateway with what Python itself has."""

import json
import urllib.request
from types import SimpleNamespace


def ask(url, headers, body):
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **headers},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def ask_for_object(url, headers, body):
    return json.loads(ask(url, headers, body), object_hook=lambda fields: SimpleNamespace(**fields))
