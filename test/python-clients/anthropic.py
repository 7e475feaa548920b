"""Stands in for the package of this name where it is not installed: it asks where and what that one asks."""

from types import SimpleNamespace

from asked import ask_for_object


class Anthropic:
    def __init__(self, *, base_url: str, api_key: str):
        def create(*, model: str, max_tokens: int, messages: list):
            return ask_for_object(
                f"{base_url.rstrip('/')}/v1/messages",
                {"x-api-key": api_key, "anthropic-version": "2023-06-01"},
                {"model": model, "max_tokens": max_tokens, "messages": messages},
            )

        self.messages = SimpleNamespace(create=create)
