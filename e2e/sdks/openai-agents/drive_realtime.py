"""Voice agents of OpenAI's Agents SDK, told nothing but where the session is opened: transcripts, turns and traces are as it asks for them."""

import asyncio
import os

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner, realtime_handoff
from show import expect, show, voice

talker = "openai/gpt-realtime-2.1"
config = {"url": f"{os.environ['OPENAI_BASE_URL'].replace('http', 'ws', 1)}/realtime?model={talker}"}


@function_tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


async def session_of(agent, **settings):
    runner = RealtimeRunner(agent)
    model_config = {**config, "initial_model_settings": {"model_name": talker, **settings}}
    return await runner.run(model_config=model_config)


async def until(session, held):
    """All events until one holds; an error is what was wrong."""
    seen = []
    async for event in session:
        if event.type == "error":
            raise AssertionError(str(event.error))
        if event.type != "raw_model_event":
            seen.append(event)
        elif event.data.type == "raw_server_event":
            seen.append(event.data.data)
        if held(seen[-1] if seen else None):
            return seen
    raise AssertionError("the session ended")


def is_raw(kind):
    return lambda event: isinstance(event, dict) and event["type"] == kind


def is_event(kind):
    return lambda event: getattr(event, "type", None) == kind


@show("realtime text")
async def _():
    agent = RealtimeAgent(name="front", instructions="Be kind.")
    async with await session_of(agent, output_modalities=["text"]) as session:
        await session.send_message("Hello")
        seen = await until(session, is_raw("response.done"))
        expect(seen[-1]["response"]["status"] == "completed", str(seen[-1]))


@show("realtime sound")
async def _():
    async with await session_of(RealtimeAgent(name="front", instructions="Be kind.")) as session:
        await session.send_audio(voice(2_000))
        await session.send_audio(voice(900, loud=False))
        seen = await until(session, is_event("audio"))
        expect(len(seen[-1].audio.data) > 0)
        await until(session, is_raw("response.done"))


@show("realtime transcripts")
async def _():
    async with await session_of(RealtimeAgent(name="front"), output_modalities=["text"]) as session:
        await session.send_audio(voice(2_000))
        await session.send_audio(voice(900, loud=False))

        def in_history(event):
            items = getattr(event, "history", None) or []
            return any(getattr(part, "transcript", None) for item in items if item.role == "user" for part in item.content)

        await until(session, in_history)


@show("realtime tools")
async def _():
    agent = RealtimeAgent(name="front", tools=[weather])
    async with await session_of(agent, output_modalities=["text"]) as session:
        await session.send_message("Please call the tool.")
        seen = await until(session, is_event("tool_end"))
        expect("21 degrees" in seen[-1].output, str(seen[-1].output))
        said = await until(session, is_raw("response.output_text.done"))
        expect("21 degrees" in said[-1]["text"], said[-1]["text"])
        await until(session, is_raw("response.done"))


@show("realtime handoff")
async def _():
    rivers = RealtimeAgent(name="rivers", instructions="You know rivers.", handoff_description="Knows rivers")
    front = RealtimeAgent(name="front", handoffs=[realtime_handoff(rivers)])
    async with await session_of(front, output_modalities=["text"]) as session:
        await session.send_message("Please call the tool.")
        seen = await until(session, is_event("handoff"))
        expect(seen[-1].to_agent.name == "rivers")
        await until(session, is_raw("response.done"))


@show("realtime cancellation")
async def _():
    async with await session_of(RealtimeAgent(name="front"), output_modalities=["text"]) as session:
        await session.send_message("Tell me a long story. [[words:3000]]")
        await until(session, is_raw("response.created"))
        await session.interrupt()
        await until(session, is_raw("response.done"))
        await session.send_message("Tell me another. [[words:3000]]")
        await until(session, is_raw("response.created"))


@show("realtime errors")
async def _():
    stranger = RealtimeRunner(RealtimeAgent(name="front"))
    try:
        session = await stranger.run(model_config={**config, "api_key": "wrong"})
        async with session:
            await asyncio.wait_for(until(session, is_raw("session.created")), 20)
    except Exception as error:
        expect("401" in str(error), f"{type(error).__name__}: {error}")
    else:
        raise AssertionError("nothing was refused")
