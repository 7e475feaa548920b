"""OpenAI's Agents SDK, told nothing but OPENAI_BASE_URL and OPENAI_API_KEY: over responses, as it does by itself, and over chat completions."""

import asyncio

import drive_realtime  # noqa: F401 -- what it shows is shown here
import openai
from agents import (
    Agent,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    SQLiteSession,
    function_tool,
    handoff,
)
from openai import AsyncOpenAI
from pydantic import BaseModel
from show import expect, run_all, show

client = AsyncOpenAI(max_retries=0)


def models():
    return {
        "responses": OpenAIResponsesModel("openai/gpt-5-mini", client),
        "responses to anthropic": OpenAIResponsesModel("anthropic/claude-haiku-4-5", client),
        "chat completions": OpenAIChatCompletionsModel("openai/gpt-4o-mini", client),
        "chat completions to anthropic": OpenAIChatCompletionsModel("anthropic/claude-haiku-4-5", client),
    }


class River(BaseModel):
    name: str
    km: int


@function_tool
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
        result = await Runner.run(Agent(name="a", instructions="Be kind.", model=model), "Hello")
        expect("Hello" in result.final_output)
        expect(result.context_wrapper.usage.total_tokens > 0)

    await each(check)


@show("stream")
async def _():
    async def check(model):
        running = Runner.run_streamed(Agent(name="a", model=model), "Hello")
        kinds = [event.data.type async for event in running.stream_events() if event.type == "raw_response_event"]
        expect("response.output_text.delta" in kinds and "Hello" in running.final_output, str(set(kinds)))

    await each(check)


@show("tools")
async def _():
    async def check(model):
        result = await Runner.run(Agent(name="a", model=model, tools=[weather]), "Please call the tool.")
        expect("21 degrees" in result.final_output)

    await each(check)


@show("tools, streamed")
async def _():
    async def check(model):
        running = Runner.run_streamed(Agent(name="a", model=model, tools=[weather]), "Please call the tool.")
        names = [event.name async for event in running.stream_events() if event.type == "run_item_stream_event"]
        expect("tool_called" in names and "tool_output" in names and "21 degrees" in running.final_output, str(names))

    await each(check)


@show("structured output")
async def _():
    async def check(model):
        result = await Runner.run(Agent(name="a", model=model, output_type=River), "Hello")
        expect(isinstance(result.final_output, River))

    await each(check)


@show("handoff")
async def _():
    async def check(model):
        other = Agent(name="rivers", model=model)
        first = Agent(name="front", model=model, handoffs=[handoff(other)])
        result = await Runner.run(first, "Please call the tool.")
        expect(result.last_agent.name == "rivers" and result.final_output)

    await each(check)


@show("resume")
async def _():
    async def check(model):
        session = SQLiteSession("s")
        agent = Agent(name="a", model=model, tools=[weather])
        await Runner.run(agent, "Please call the tool.", session=session)
        result = await Runner.run(agent, "And again", session=session)
        expect("And again" in result.final_output)
        expect(len(await session.get_items()) >= 6)

    await each(check)


@show("reasoning")
async def _():
    settings = ModelSettings(
        reasoning={"effort": "low", "summary": "auto"}, store=False, response_include=["reasoning.encrypted_content"]
    )
    agent = Agent(name="a", model=models()["responses"], model_settings=settings, tools=[weather])
    result = await Runner.run(agent, "Please call the tool.")
    expect("21 degrees" in result.final_output)
    kinds = [item.type for item in result.new_items]
    expect("reasoning_item" in kinds, str(kinds))


@show("kept turns")
async def _():
    agent = Agent(name="a", model=models()["responses"], tools=[weather])
    first = await Runner.run(agent, "Please call the tool.")
    second = await Runner.run(agent, "And again", previous_response_id=first.last_response_id)
    expect("And again" in second.final_output)


@show("errors")
async def _():
    for model in (OpenAIResponsesModel("openai/gpt-none", client), OpenAIChatCompletionsModel("openai/gpt-none", client)):
        try:
            await Runner.run(Agent(name="a", model=model), "Hello")
        except openai.NotFoundError as error:
            expect(error.status_code == 404)
        else:
            raise AssertionError("nothing was refused")


@show("cancellation")
async def _():
    async def check(model):
        running = Runner.run_streamed(Agent(name="a", model=model), "[[words:3000]]")
        async for _event in running.stream_events():
            running.cancel()
            break
        task = asyncio.create_task(Runner.run(Agent(name="a", model=model), "[[words:3000]]"))
        await asyncio.sleep(0.02)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        expect("Hello" in (await Runner.run(Agent(name="a", model=model), "Hello")).final_output)

    await each(check)


run_all()
