"""LangChain's packages for OpenAI, Anthropic and Google, told nothing but the vendors' own variables."""

import asyncio
import base64

import anthropic
import openai
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI, GoogleGenerativeAIEmbeddings
from langchain_google_genai.chat_models import ChatGoogleGenerativeAIError
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel
from show import expect, refused, run_all, show, square

ways = {
    "openai": lambda **more: ChatOpenAI(
        model=more.pop("model", "openai/gpt-4o-mini"), max_retries=0, stream_usage=True, **more
    ),
    "openai to anthropic": lambda **more: ChatOpenAI(
        model=more.pop("model", "anthropic/claude-haiku-4-5"), max_retries=0, stream_usage=True, **more
    ),
    "responses": lambda **more: ChatOpenAI(
        model=more.pop("model", "openai/gpt-5-mini"), max_retries=0, use_responses_api=True, **more
    ),
    "anthropic": lambda **more: ChatAnthropic(
        model=more.pop("model", "anthropic/claude-haiku-4-5"), max_retries=0, max_tokens=2000, **more
    ),
    "anthropic to openai": lambda **more: ChatAnthropic(
        model=more.pop("model", "openai/gpt-4o-mini"), max_retries=0, max_tokens=2000, **more
    ),
    "google": lambda **more: ChatGoogleGenerativeAI(
        model=more.pop("model", "google/gemini-2.5-flash"), max_retries=0, **more
    ),
}


class River(BaseModel):
    """A river."""

    name: str
    km: int


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


def each(check):
    for name, way in ways.items():
        try:
            check(name, way)
        except Exception as error:
            raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error


@show("chat")
def _():
    def check(_name, way):
        answer = way().invoke("Hello")
        expect("Hello" in answer.text and answer.usage_metadata["total_tokens"] > 0)

    each(check)


@show("stream")
def _():
    def check(_name, way):
        whole = None
        count = 0
        for chunk in way().stream("Hello"):
            whole = chunk if whole is None else whole + chunk
            count += 1
        expect(count > 3 and "Hello" in whole.text, f"{count} chunks")
        expect(whole.usage_metadata["output_tokens"] > 0)

    each(check)


@show("tools")
def _():
    def check(_name, way):
        model = way().bind_tools([weather])
        messages = [HumanMessage("Please call the tool.")]
        asked = model.invoke(messages)
        call = asked.tool_calls[0]
        messages += [asked, ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])]
        expect("21 degrees" in model.invoke(messages).text)

    each(check)


@show("tools, streamed")
def _():
    def check(_name, way):
        whole = None
        for chunk in way().bind_tools([weather]).stream("Please call the tool."):
            whole = chunk if whole is None else whole + chunk
        expect("city" in whole.tool_calls[0]["args"])

    each(check)


@show("structured output")
def _():
    def check(_name, way):
        expect(isinstance(way().with_structured_output(River).invoke("Hello"), River))

    each(check)


@show("vision")
def _():
    block = {"type": "image", "base64": base64.b64encode(square()).decode(), "mime_type": "image/png"}

    def check(_name, way):
        expect(way().invoke([HumanMessage(content=[{"type": "text", "text": "What is this?"}, block])]).text)

    each(check)


@show("embeddings")
def _():
    # Its own tokenizer would be fetched from the internet.
    vectors = OpenAIEmbeddings(model="openai/text-embedding-3-small", check_embedding_ctx_length=False)
    expect(len(vectors.embed_documents(["one", "two"])) == 2 and len(vectors.embed_query("one")) > 0)
    google = GoogleGenerativeAIEmbeddings(model="google/gemini-embedding-001")
    expect(len(google.embed_documents(["one", "two"])) == 2 and len(google.embed_query("one")) > 0)


@show("errors")
def _():
    kinds = {
        "openai": openai.NotFoundError,
        "openai to anthropic": openai.NotFoundError,
        "responses": openai.NotFoundError,
        "anthropic": anthropic.NotFoundError,
        "anthropic to openai": anthropic.NotFoundError,
        "google": ChatGoogleGenerativeAIError,
    }

    def check(name, way):
        error = refused(kinds[name], lambda: way(model="openai/gpt-none").invoke("Hello"))
        expect("404" in str(error), str(error))

    each(check)


@show("cancellation")
async def _():
    for way in ways.values():
        stream = way().astream("[[words:3000]]")
        async for _chunk in stream:
            break
        await stream.aclose()
        task = asyncio.create_task(way().ainvoke("[[words:3000]]"))
        await asyncio.sleep(0.02)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        expect("Hello" in (await way().ainvoke("Hello")).text)


run_all()
