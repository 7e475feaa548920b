"""Stands in for the package of this name where it is not installed: it asks where and what that one asks."""

from openai import OpenAI


class ChatOpenAI:
    def __init__(self, *, model: str, base_url: str, api_key: str):
        self._client = OpenAI(base_url=base_url, api_key=api_key)
        self._model = model

    def invoke(self, text: str):
        answer = self._client.chat.completions.create(
            model=self._model, messages=[{"role": "user", "content": text}]
        )
        return answer.choices[0].message
