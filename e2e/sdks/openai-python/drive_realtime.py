"""Realtime sessions by OpenAI's own client for Python, over WebSocket, at the same base URL."""

import base64
import json

from openai import AsyncOpenAI, OpenAI
from show import expect, show, voice

talker = "openai/gpt-realtime"
weather = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def text(said):
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": said}]}


async def until(connection, kind):
    """The next event of a kind; an error in its place is what was wrong."""
    async for event in connection:
        if event.type == kind:
            return event
        if event.type == "error":
            raise AssertionError(f"{event.error.code} {event.error.param}: {event.error.message}")
    raise AssertionError(f"closed before {kind}")


def in_session(check):
    async def run():
        async with AsyncOpenAI(max_retries=0) as client, client.realtime.connect(model=talker) as connection:
            await until(connection, "session.created")
            await check(connection)

    return run


async def append(connection, *sounds):
    for sound in sounds:
        await connection.input_audio_buffer.append(audio=base64.b64encode(sound).decode())


@show("realtime text")
@in_session
async def _(connection):
    await connection.session.update(
        session={"type": "realtime", "output_modalities": ["text"], "instructions": "Be short.", "tracing": "auto"}
    )
    await until(connection, "session.updated")
    await connection.conversation.item.create(item=text("Hello"))
    await connection.response.create()
    expect((await until(connection, "response.output_text.delta")).delta)
    expect((await until(connection, "response.output_text.done")).text)
    done = await until(connection, "response.done")
    expect(done.response.status == "completed" and done.response.usage.output_tokens > 0, str(done.response))


@show("realtime sound")
@in_session
async def _(connection):
    await append(connection, voice(1_000), voice(800, loud=False))
    await until(connection, "input_audio_buffer.speech_started")
    delta = (await until(connection, "response.output_audio.delta")).delta
    expect(len(base64.b64decode(delta)) > 0)
    done = await until(connection, "response.done")
    heard = done.response.usage.input_token_details.audio_tokens
    expect(10 <= heard < 40, f"{heard} tokens of sound")


@show("realtime transcripts")
@in_session
async def _(connection):
    for model, kind in (("gpt-4o-mini-transcribe", "tokens"), ("whisper-1", "duration")):
        transcription = {"model": model, "language": "en"}
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": transcription, "turn_detection": None}}}
        )
        updated = await until(connection, "session.updated")
        expect(updated.session.audio.input.transcription.model == model, str(updated.session))
        await append(connection, voice(2_000))
        await connection.input_audio_buffer.commit()
        said = await until(connection, "conversation.item.input_audio_transcription.completed")
        expect(said.transcript and said.usage.type == kind, str(said))
        await connection.conversation.item.retrieve(item_id=said.item_id)
        item = (await until(connection, "conversation.item.retrieved")).item
        expect(item.content[0].transcript == said.transcript, str(item))


@show("realtime tools")
@in_session
async def _(connection):
    await connection.session.update(
        session={"type": "realtime", "output_modalities": ["text"], "tools": [weather], "tool_choice": "required"}
    )
    await connection.conversation.item.create(item=text("What is the weather in Paris?"))
    await connection.response.create()
    call = await until(connection, "response.function_call_arguments.done")
    expect("city" in json.loads(call.arguments), call.arguments)
    await until(connection, "response.done")
    await connection.conversation.item.create(
        item={"type": "function_call_output", "call_id": call.call_id, "output": "21 degrees"}
    )
    await connection.response.create(response={"tool_choice": "none"})
    expect("21 degrees" in (await until(connection, "response.output_text.done")).text)
    await until(connection, "response.done")


@show("realtime cancellation")
@in_session
async def _(connection):
    await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
    await connection.conversation.item.create(item=text("Tell me a long story. [[words:3000]]"))
    await connection.response.create()
    await connection.response.cancel()
    done = await until(connection, "response.done")
    expect(done.response.status == "cancelled", str(done.response.status))
    await connection.conversation.item.create(item=text("Tell me another one. [[words:3000]]"))
    await connection.response.create()
    await until(connection, "response.created")
    # Whoever closes in the middle of an answer leaves it.


@show("realtime errors")
async def _():
    @in_session
    async def check(connection):
        await connection.session.update(session={"type": "realtime", "prompt": {"id": "pmpt_1"}}, event_id="mine")
        async for event in connection:
            if event.type == "error":
                break
        expect(event.error.param == "session.prompt" and event.error.event_id == "mine", str(event.error))
        await connection.response.create(response={"output_modalities": ["text"]})
        await until(connection, "response.done")

    await check()
    for key, model, status in ((None, "openai/gpt-none", 404), ("wrong", talker, 401)):
        stranger = AsyncOpenAI(max_retries=0, **({} if key is None else {"api_key": key}))
        try:
            async with stranger.realtime.connect(model=model) as connection:
                await until(connection, "session.created")
        except Exception as error:
            expect(str(status) in str(error), f"{type(error).__name__}: {error}")
        else:
            raise AssertionError("nothing was refused")


@show("realtime, synchronous")
def _():
    with OpenAI(max_retries=0).realtime.connect(model=talker) as connection:
        connection.conversation.item.create(item=text("Hello"))
        connection.response.create(response={"output_modalities": ["text"]})
        kinds = []
        for event in connection:
            kinds.append(event.type)
            if event.type == "response.done":
                break
        expect("response.output_text.delta" in kinds and "error" not in kinds, str(kinds))
