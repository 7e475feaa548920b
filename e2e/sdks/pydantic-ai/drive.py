"""Pydantic AI, told nothing but the vendors' own variables, over every dialect that it speaks here."""

import asyncio

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, Embedder, NativeOutput, ToolOutput
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from show import expect, run_all, show, square


def models():
    return {
        "chat completions": OpenAIChatModel("openai/gpt-4o-mini"),
        "chat completions to anthropic": OpenAIChatModel("anthropic/claude-haiku-4-5"),
        "responses": OpenAIResponsesModel("openai/gpt-5-mini"),
        "responses to google": OpenAIResponsesModel("google/gemini-2.5-flash"),
        "anthropic": AnthropicModel("anthropic/claude-haiku-4-5"),
        "anthropic to openai": AnthropicModel("openai/gpt-4o-mini"),
        "google": GoogleModel("google/gemini-2.5-flash"),
        "google to anthropic": GoogleModel("anthropic/claude-haiku-4-5"),
    }


class River(BaseModel):
    name: str
    km: int


def weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


async def each(check):
    for name, model in models().items():
        try:
            await check(model)
        except Exception as error:
            raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error


@show("chat")
async def _():
    async def check(model):
        agent = Agent(model, instructions="Be kind.")
        first = await agent.run("Hello")
        expect("Hello" in first.output and first.usage.output_tokens > 0)
        second = await agent.run("And again", message_history=first.all_messages())
        expect("And again" in second.output)

    await each(check)


@show("stream")
async def _():
    async def check(model):
        async with Agent(model).run_stream("Hello") as result:
            pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
        expect(len(pieces) > 3 and "Hello" in "".join(pieces), f"{len(pieces)} pieces")
        expect(result.usage.output_tokens > 0)

    await each(check)


@show("tools")
async def _():
    async def check(model):
        result = await Agent(model, tools=[weather]).run("Please call the tool.")
        expect("21 degrees" in result.output)

    await each(check)


@show("tools, streamed")
async def _():
    async def check(model):
        async with Agent(model, tools=[weather]).run_stream("Please call the tool.") as result:
            expect("21 degrees" in await result.get_output())

    await each(check)


@show("structured output")
async def _():
    async def check(model):
        # By Claude's name it knows which models have it natively, and these it does not know.
        kinds = [ToolOutput(River)] if isinstance(model, AnthropicModel) else [NativeOutput(River), ToolOutput(River)]
        for kind in kinds:
            expect(isinstance((await Agent(model, output_type=kind).run("Hello")).output, River))

    await each(check)


@show("vision")
async def _():
    picture = BinaryContent(data=square(), media_type="image/png")

    async def check(model):
        expect((await Agent(model).run(["What is this?", picture])).output)

    await each(check)


@show("embeddings")
async def _():
    found = await Embedder("openai:openai/text-embedding-3-small").embed_documents(["one", "two"])
    expect(len(found.embeddings) == 2)


@show("errors")
async def _():
    nobody = {
        "chat": OpenAIChatModel("openai/gpt-none"),
        "responses": OpenAIResponsesModel("openai/gpt-none"),
        "anthropic": AnthropicModel("openai/gpt-none"),
        "google": GoogleModel("openai/gpt-none"),
    }
    for name, model in nobody.items():
        try:
            await Agent(model).run("Hello")
        except ModelHTTPError as error:
            expect(error.status_code == 404, f"{name}: {error.status_code}")
        else:
            raise AssertionError(f"{name}: nothing was refused")


@show("cancellation")
async def _():
    async def check(model):
        async with Agent(model).run_stream("[[words:3000]]") as result:
            async for _piece in result.stream_text(delta=True):
                break
        task = asyncio.create_task(Agent(model).run("[[words:3000]]"))
        await asyncio.sleep(0.02)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        expect("Hello" in (await Agent(model).run("Hello")).output)

    await each(check)


run_all()
