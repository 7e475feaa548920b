"""Stands in for the package of this name where it is not installed: it asks where and what that one asks."""

from types import SimpleNamespace

from asked import ask_for_object


class Client:
    def __init__(self, *, api_key: str, http_options: dict):
        def generate_content(*, model: str, contents: str):
            answer = ask_for_object(
                f"{http_options['base_url'].rstrip('/')}/v1beta/models/{model}:generateContent",
                {"x-goog-api-key": api_key},
                {"contents": [{"role": "user", "parts": [{"text": contents}]}]},
            )
            return SimpleNamespace(text="".join(part.text for part in answer.candidates[0].content.parts))

        self.models = SimpleNamespace(generate_content=generate_content)
