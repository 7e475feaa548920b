"""Anthropic's own client for Python, told nothing but ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY."""

import asyncio
import base64

import anthropic
from anthropic import Anthropic, AsyncAnthropic
from pydantic import BaseModel
from show import expect, refused, run_all, show, square, until

client = Anthropic(max_retries=0)
claude = "anthropic/claude-haiku-4-5"
newest = "anthropic/claude-opus-5-5"
everyone = [claude, newest, "openai/gpt-4o-mini", "google/gemini-2.5-flash"]
hello = [{"role": "user", "content": "Hello"}]
weather = {
    "name": "weather",
    "description": "The weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class River(BaseModel):
    name: str
    km: int


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


@show("chat")
def _():
    for model in everyone:
        message = client.messages.create(model=model, max_tokens=500, messages=hello, system="Be kind.")
        expect("Hello" in text_of(message) and message.usage.output_tokens > 0)


@show("stream")
def _():
    for model in everyone:
        with client.messages.stream(model=model, max_tokens=500, messages=hello) as stream:
            pieces = list(stream.text_stream)
            message = stream.get_final_message()
        expect(len(pieces) > 3 and text_of(message) == "".join(pieces))
        expect(message.usage.output_tokens > 0 and message.usage.input_tokens > 0, str(message.usage))


@show("tools")
def _():
    for model in everyone:
        messages = [{"role": "user", "content": "Please call the tool."}]
        asked = client.messages.create(model=model, max_tokens=500, messages=messages, tools=[weather])
        call = next(block for block in asked.content if block.type == "tool_use")
        expect("city" in call.input and asked.stop_reason == "tool_use")
        messages += [
            {"role": "assistant", "content": asked.content},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "21 degrees"}]},
        ]
        expect("21 degrees" in text_of(client.messages.create(model=model, max_tokens=500, messages=messages, tools=[weather])))


@show("tools, streamed")
def _():
    from anthropic import beta_tool

    @beta_tool
    def weather_of(city: str) -> str:
        """The weather in a city.

        Args:
            city: Its name.
        """
        return f"21 degrees in {city}"

    runner = client.beta.messages.tool_runner(
        model=claude, max_tokens=500, tools=[weather_of], messages=[{"role": "user", "content": "Please call the tool."}], stream=True
    )
    final = None
    for stream in runner:
        for _event in stream:
            pass
        final = stream.get_final_message()
    expect("21 degrees" in text_of(final))


@show("structured output")
def _():
    for model in [claude, newest, "openai/gpt-4o-mini", "google/gemini-2.5-flash"]:
        message = client.messages.parse(model=model, max_tokens=500, messages=hello, output_format=River)
        expect(isinstance(message.parsed_output, River))


@show("vision")
def _():
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(square()).decode()}
    parts = [{"type": "image", "source": source}, {"type": "text", "text": "What is this?"}]
    for model in everyone:
        expect(text_of(client.messages.create(model=model, max_tokens=500, messages=[{"role": "user", "content": parts}])))


@show("thinking")
def _():
    budget = {"type": "enabled", "budget_tokens": 1024}
    thought = client.messages.create(model=claude, max_tokens=4000, thinking=budget, messages=hello)
    expect(thought.content[0].type == "thinking" and thought.content[0].signature)
    again = [*hello, {"role": "assistant", "content": thought.content}, *hello]
    expect(text_of(client.messages.create(model=claude, max_tokens=4000, thinking=budget, messages=again)))


@show("search")
def _():
    tools = [{"type": "web_search_20250305", "name": "web_search", "max_uses": 2}]
    for model in [claude, "openai/gpt-5-mini", "google/gemini-2.5-flash"]:
        asked = {"model": model, "max_tokens": 500, "messages": [{"role": "user", "content": "Who wrote it?"}], "tools": tools}
        message = client.messages.create(**asked)
        with client.messages.stream(**asked) as stream:
            kinds = {event.content_block.type for event in stream if event.type == "content_block_start"}
            streamed = stream.get_final_message()
        for one in (message, streamed):
            found = next(block for block in one.content if block.type == "web_search_tool_result")
            expect(len(found.content) > 0 and found.content[0].url, str(found))
            expect(one.usage.server_tool_use.web_search_requests >= 1, str(one.usage))
            # Which words rest on a page, Claude alone says.
            cited = any(block.citations for block in one.content if block.type == "text")
            expect(cited or model != claude, str(one.content))
        expect("server_tool_use" in kinds, str(kinds))
        # What was found is sent back with the conversation.
        turns = [*asked["messages"], {"role": "assistant", "content": message.content}, *hello]
        expect("Hello" in text_of(client.messages.create(**{**asked, "messages": turns})))


@show("betas")
def _():
    message = client.beta.messages.create(
        model=newest,
        max_tokens=500,
        messages=hello,
        thinking={"type": "adaptive"},
        output_config={"effort": "low"},
        context_management={"edits": [{"type": "clear_tool_uses_20250919"}]},
        betas=["context-management-2025-06-27", "interleaved-thinking-2025-05-14", "context-1m-2025-08-07"],
    )
    expect(text_of(message))
    for more in ({"speed": "fast"}, {"container": "c_1"}, {"mcp_servers": [{"type": "url", "url": "https://example.com", "name": "x"}]}):
        error = refused(
            anthropic.APIStatusError,
            lambda: client.beta.messages.create(model=newest, max_tokens=500, messages=hello, **more),  # noqa: B023
        )
        expect(error.status_code == 422 and next(iter(more)) in str(error.body), str(error.body))


@show("counting")
def _():
    for model in everyone:
        expect(client.messages.count_tokens(model=model, messages=hello).input_tokens > 0)


@show("files")
def _():
    made = client.beta.files.upload(file=("notes.txt", b"The Danube is long.", "text/plain"))
    expect(client.beta.files.retrieve_metadata(made.id).filename == "notes.txt")
    expect(made.id in [one.id for one in client.beta.files.list()])
    document = {"type": "document", "source": {"type": "file", "file_id": made.id}}
    asked = [{"role": "user", "content": [document, {"type": "text", "text": "What is this?"}]}]
    expect(text_of(client.beta.messages.create(model=claude, max_tokens=500, messages=asked, betas=["files-api-2025-04-14"])))
    client.beta.files.delete(made.id)
    error = refused(anthropic.NotFoundError, lambda: client.beta.files.retrieve_metadata(made.id))
    expect(error.status_code == 404)


@show("batches")
def _():
    requests = [{"custom_id": f"r{n}", "params": {"model": claude, "max_tokens": 20, "messages": hello}} for n in range(2)]
    made = client.messages.batches.create(requests=requests)
    expect(client.messages.batches.retrieve(made.id).id == made.id)
    expect(made.id in [one.id for one in client.messages.batches.list()])
    expect(client.messages.batches.cancel(made.id).processing_status in ("canceling", "ended"))
    until(lambda: client.messages.batches.retrieve(made.id), lambda one: one.processing_status == "ended")
    expect(len(list(client.messages.batches.results(made.id))) == 2)


@show("models")
def _():
    names = [model.id for model in client.models.list(limit=1000)]
    expect(claude in names and "openai/gpt-4o-mini" in names)
    expect(client.models.retrieve(claude).id == claude)


@show("errors")
def _():
    unknown = refused(
        anthropic.NotFoundError, lambda: client.messages.create(model="anthropic/claude-none", max_tokens=9, messages=hello)
    )
    expect(unknown.status_code == 404 and unknown.body["error"]["type"] == "not_found_error", str(unknown.body))
    wrong = refused(
        anthropic.BadRequestError, lambda: client.messages.create(model=claude, max_tokens=0, messages=hello)
    )
    expect(wrong.status_code == 400 and "max_tokens" in str(wrong.body), str(wrong.body))
    stranger = Anthropic(api_key="wrong", max_retries=0)
    expect(refused(anthropic.AuthenticationError, lambda: stranger.models.list()).status_code == 401)


@show("cancellation")
async def _():
    asynchronous = AsyncAnthropic(max_retries=0)
    long = [{"role": "user", "content": "[[words:3000]]"}]
    async with asynchronous.messages.stream(model=claude, max_tokens=8000, messages=long) as stream:
        async for _event in stream:
            break
    task = asyncio.create_task(asynchronous.messages.create(model=claude, max_tokens=8000, messages=long))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    expect("Hello" in text_of(await asynchronous.messages.create(model=claude, max_tokens=500, messages=hello)))
    await asynchronous.close()


run_all()
