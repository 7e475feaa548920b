"""Stands in for the package of this name where it is not installed: it asks where and what that one asks."""

from types import SimpleNamespace

from asked import ask_for_object


class OpenAI:
    def __init__(self, *, base_url: str, api_key: str):
        def create(*, model: str, messages: list):
            return ask_for_object(
                f"{base_url.rstrip('/')}/chat/completions",
                {"Authorization": f"Bearer {api_key}"},
                {"model": model, "messages": messages},
            )

        self.chat = SimpleNamespace(completions=SimpleNamespace(create=create))
