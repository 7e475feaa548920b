"""Google's own client for Python, told nothing but GOOGLE_GEMINI_BASE_URL and GEMINI_API_KEY."""

import asyncio
import time

from google import genai
from google.genai import errors, types
from pydantic import BaseModel
from show import expect, refused, run_all, show, square

client = genai.Client()
gemini = "google/gemini-2.5-flash"
everyone = [gemini, "google/gemini-3-flash-preview", "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"]


class River(BaseModel):
    name: str
    km: int


def weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


declared = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="weather",
            description="The weather in a city",
            parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        )
    ]
)


@show("chat")
def _():
    for model in everyone:
        answer = client.models.generate_content(model=model, contents="Hello")
        expect("Hello" in answer.text and answer.usage_metadata.total_token_count > 0)
        talk = client.chats.create(model=model)
        talk.send_message("Hello")
        expect("And again" in talk.send_message("And again").text)
        expect(len(talk.get_history()) == 4)


@show("stream")
def _():
    for model in everyone:
        pieces = list(client.models.generate_content_stream(model=model, contents="Hello"))
        expect(len(pieces) > 3 and "Hello" in "".join(piece.text or "" for piece in pieces))
        expect(pieces[-1].usage_metadata.candidates_token_count > 0)


@show("tools")
def _():
    for model in everyone:
        asked = client.models.generate_content(
            model=model, contents="Please call the tool.", config={"tools": [declared]}
        )
        call = asked.function_calls[0]
        expect(call.name == "weather" and "city" in call.args)
        history = [
            types.UserContent(parts=[types.Part(text="Please call the tool.")]),
            asked.candidates[0].content,
            types.UserContent(
                parts=[types.Part.from_function_response(name=call.name, response={"result": "21 degrees"})]
            ),
        ]
        answer = client.models.generate_content(model=model, contents=history, config={"tools": [declared]})
        expect("21 degrees" in answer.text, answer.text)


@show("tools, streamed")
def _():
    for model in everyone:
        talk = client.chats.create(model=model, config={"tools": [weather]})
        pieces = list(talk.send_message_stream("Please call the tool."))
        expect("21 degrees" in "".join(piece.text or "" for piece in pieces))


@show("structured output")
def _():
    for model in everyone:
        answer = client.models.generate_content(
            model=model,
            contents="Hello",
            config={"response_mime_type": "application/json", "response_schema": River},
        )
        expect(isinstance(answer.parsed, River), answer.text)


@show("vision")
def _():
    picture = types.Part.from_bytes(data=square(), mime_type="image/png")
    for model in everyone:
        expect(client.models.generate_content(model=model, contents=[picture, "What is this?"]).text)


@show("thinking")
def _():
    config = {"thinking_config": {"thinking_budget": 1024, "include_thoughts": True}}
    answer = client.models.generate_content(model=gemini, contents="Hello", config=config)
    expect(any(part.thought for part in answer.candidates[0].content.parts))


@show("search")
def _():
    config = {"tools": [types.Tool(google_search=types.GoogleSearch())]}
    answer = client.models.generate_content(model=gemini, contents="Who wrote it? [[searches:1]]", config=config)
    found = answer.candidates[0].grounding_metadata
    expect(found is not None and len(found.grounding_chunks) > 0, str(answer))


@show("interactions")
def _():
    for model in everyone:
        config = {"max_output_tokens": 4000}
        first = client.interactions.create(model=model, input="Hello", generation_config=config)
        expect(first.status == "completed" and first.usage.total_output_tokens > 0, str(first))
        second = client.interactions.create(
            model=model, input="And again", previous_interaction_id=first.id, generation_config=config
        )
        expect(second.usage.total_input_tokens > first.usage.total_input_tokens, str(second.usage))
        expect(client.interactions.get(second.id).previous_interaction_id == first.id)
        declared = {
            "type": "function",
            "name": "weather",
            "description": "The weather in a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        }
        asked = client.interactions.create(model=model, input="Please call the tool.", tools=[declared])
        call = next(step for step in asked.steps if step.type == "function_call")
        expect(asked.status == "requires_action" and "city" in call.arguments, str(asked))
        result = {"type": "function_result", "call_id": call.id, "name": call.name, "result": "21 degrees"}
        told = client.interactions.create(
            model=model, input=[result], tools=[declared], previous_interaction_id=asked.id
        )
        said = "".join(
            part.text for step in told.steps if step.type == "model_output" for part in step.content or [] if part.type == "text"
        )
        expect("21 degrees" in said, said)
        client.interactions.delete(first.id)


@show("interactions, streamed and in the background")
def _():
    for model in everyone:
        events = list(client.interactions.create(model=model, input="Hello", stream=True))
        told = "".join(
            event.delta.text for event in events if event.event_type == "step.delta" and event.delta.type == "text"
        )
        expect("Hello" in told and events[-1].event_type == "interaction.completed", str(events[-1]))
        job = client.interactions.create(model=model, input="Hello", background=True)
        for _look in range(200):
            job = client.interactions.get(job.id)
            if job.status != "in_progress":
                break
            time.sleep(0.05)
        expect(job.status == "completed", str(job))


@show("embeddings")
def _():
    one = client.models.embed_content(model="google/gemini-embedding-001", contents="one")
    expect(len(one.embeddings[0].values) > 0)
    two = client.models.embed_content(
        model="google/gemini-embedding-001", contents=["one", "two"], config={"output_dimensionality": 256}
    )
    expect([len(each.values) for each in two.embeddings] == [256, 256])


@show("counting")
def _():
    for model in everyone:
        expect(client.models.count_tokens(model=model, contents="Hello").total_tokens > 0)


@show("models")
def _():
    names = [model.name for model in client.models.list()]
    expect(any("gemini-2.5-flash" in name for name in names), str(names[:5]))
    expect("gemini-2.5-flash" in client.models.get(model=gemini).name)


@show("errors")
def _():
    unknown = refused(errors.ClientError, lambda: client.models.generate_content(model="google/gemini-none", contents="x"))
    expect(unknown.code == 404 and unknown.status == "NOT_FOUND", str(unknown))
    wrong = refused(
        errors.ClientError,
        lambda: client.models.generate_content(model=gemini, contents="x", config={"temperature": 9}),
    )
    expect(wrong.code == 400 and wrong.status == "INVALID_ARGUMENT", str(wrong))
    running = types.Tool(code_execution=types.ToolCodeExecution())
    unpriced = refused(
        errors.ClientError,
        lambda: client.models.generate_content(model=gemini, contents="x", config={"tools": [running]}),
    )
    expect(unpriced.code in (400, 422), str(unpriced))
    stranger = genai.Client(api_key="wrong")
    refusal = refused(errors.ClientError, lambda: stranger.models.generate_content(model=gemini, contents="x"))
    expect(refusal.code == 401, str(refusal))


@show("cancellation")
async def _():
    stream = await client.aio.models.generate_content_stream(model=gemini, contents="[[words:3000]]")
    async for _piece in stream:
        break
    await stream.aclose()
    task = asyncio.create_task(client.aio.models.generate_content(model=gemini, contents="[[words:3000]]"))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    answer = await client.aio.models.generate_content(model=gemini, contents="Hello")
    expect("Hello" in answer.text)
    await client.aio.aclose()


run_all()
