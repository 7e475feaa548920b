"""OpenAI's own client for Python, told nothing but OPENAI_BASE_URL and OPENAI_API_KEY."""

import asyncio
import base64
import json

import drive_realtime  # noqa: F401 -- what it shows is shown here
import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel
from show import expect, refused, run_all, show, silence, square, until

client = OpenAI(max_retries=0)
chat = "openai/gpt-4o-mini"
thinker = "openai/gpt-5-mini"
others = ["anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"]
hello = [{"role": "user", "content": "Hello"}]
weather = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class River(BaseModel):
    name: str
    km: int


@show("chat")
def _():
    for model in [chat, *others]:
        answer = client.chat.completions.with_raw_response.create(model=model, messages=hello)
        expect("x-nexus-cost-nano-usd" in answer.headers)
        whole = answer.parse()
        expect("Hello" in whole.choices[0].message.content)
        expect(whole.usage.total_tokens > 0)


@show("stream")
def _():
    for model in [chat, *others]:
        chunks = list(
            client.chat.completions.create(
                model=model, messages=hello, stream=True, stream_options={"include_usage": True}
            )
        )
        text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        expect("Hello" in text and len(chunks) > 3)
        expect(chunks[-1].usage.completion_tokens > 0)


@show("tools")
def _():
    for model in [chat, *others]:
        messages = [{"role": "user", "content": "Please call the tool."}]
        asked = client.chat.completions.create(model=model, messages=messages, tools=[weather])
        expect(asked.choices[0].finish_reason == "tool_calls")
        message = asked.choices[0].message
        call = message.tool_calls[0]
        expect("city" in json.loads(call.function.arguments))
        messages += [message, {"role": "tool", "tool_call_id": call.id, "content": "21 degrees"}]
        answer = client.chat.completions.create(model=model, messages=messages, tools=[weather])
        expect("21 degrees" in answer.choices[0].message.content)


@show("tools, streamed")
def _():
    with client.chat.completions.stream(
        model=chat, messages=[{"role": "user", "content": "Please call the tool."}], tools=[weather]
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    expect("tool_calls.function.arguments.delta" in kinds, str(kinds))
    expect(final.choices[0].message.tool_calls[0].function.name == "weather")


@show("structured output")
def _():
    for model in [chat, *others]:
        answer = client.chat.completions.parse(model=model, messages=hello, response_format=River)
        expect(isinstance(answer.choices[0].message.parsed, River))


@show("vision")
def _():
    url = "data:image/png;base64," + base64.b64encode(square()).decode()
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    for model in [chat, *others]:
        answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": parts}])
        expect(answer.choices[0].message.content)


@show("embeddings")
def _():
    for texts in (["one", "two"], "one"):
        answer = client.embeddings.create(model="openai/text-embedding-3-small", input=texts, dimensions=64)
        expect(len(answer.data[0].embedding) == 64 and isinstance(answer.data[0].embedding[0], float))


@show("images")
def _():
    made = client.images.generate(model="openai/gpt-image-1.5", prompt="A boat", quality="low", size="1024x1024")
    expect(len(base64.b64decode(made.data[0].b64_json)) > 0)
    edited = client.images.edit(
        model="openai/gpt-image-1.5", image=("boat.png", square(), "image/png"), prompt="A red boat", quality="low"
    )
    expect(len(base64.b64decode(edited.data[0].b64_json)) > 0)


@show("images, streamed")
def _():
    asked = {"model": "openai/gpt-image-1.5", "quality": "medium", "size": "1024x1024", "stream": True}
    drawn = list(client.images.generate(prompt="A boat", partial_images=2, **asked))
    expect([event.type for event in drawn] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"])
    expect([event.partial_image_index for event in drawn[:2]] == [0, 1])
    expect(drawn[-1].usage.output_tokens == 1056 + 200 and drawn[-1].usage.input_tokens_details.text_tokens > 0)
    boat = ("boat.png", square(), "image/png")
    edited = list(client.images.edit(image=boat, prompt="A red boat", partial_images=1, **asked))
    expect([event.type for event in edited] == ["image_edit.partial_image", "image_edit.completed"])
    for event in [*drawn, *edited]:
        expect(base64.b64decode(event.b64_json).startswith(b"\x89PNG") and event.size == "1024x1024")
    several = refused(openai.BadRequestError, lambda: client.images.generate(prompt="A boat", n=2, **asked))
    expect(several.param == "n")


@show("audio")
def _():
    with client.audio.speech.with_streaming_response.create(
        model="openai/gpt-4o-mini-tts", voice="alloy", input="Good morning"
    ) as spoken:
        expect(len(b"".join(spoken.iter_bytes())) > 100)
    heard = client.audio.transcriptions.create(model="openai/gpt-4o-mini-transcribe", file=("a.wav", silence()))
    expect(isinstance(heard.text, str) and heard.text != "")
    events = list(
        client.audio.transcriptions.create(
            model="openai/gpt-4o-transcribe", file=("a.wav", silence()), response_format="json", stream=True
        )
    )
    written = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    expect(events[-1].type == "transcript.text.done" and events[-1].text == written != "")
    expect(events[-1].usage.output_tokens > 0)
    timed = client.audio.transcriptions.create(
        model="openai/whisper-1", file=("a.wav", silence()), response_format="verbose_json"
    )
    expect(timed.duration > 0)
    said = client.audio.translations.create(model="openai/whisper-1", file=("a.wav", silence()))
    expect(isinstance(said.text, str))


@show("moderation")
def _():
    judged = client.moderations.create(model="openai/omni-moderation-latest", input="Hello")
    expect(judged.results[0].flagged is False)


@show("responses")
def _():
    for model in [thinker, *others]:
        first = client.responses.create(model=model, input="Hello")
        expect("Hello" in first.output_text)
        second = client.responses.create(model=model, input="And again", previous_response_id=first.id)
        expect("And again" in second.output_text)
        expect(client.responses.retrieve(second.id).output_text == second.output_text)
        items = client.responses.input_items.list(second.id)
        expect(len(list(items)) > 0)
        client.responses.delete(second.id)
        error = refused(openai.NotFoundError, lambda: client.responses.retrieve(second.id))
        expect(error.status_code == 404)
        parsed = client.responses.parse(model=model, input="Hello", text_format=River)
        expect(isinstance(parsed.output_parsed, River))


@show("responses, streamed")
def _():
    for model in [thinker, *others]:
        with client.responses.stream(model=model, input="Hello") as stream:
            kinds = [event.type for event in stream]
            final = stream.get_final_response()
        expect(kinds[0] == "response.created" and kinds[-1] == "response.completed", str(kinds))
        expect("response.output_text.delta" in kinds and "Hello" in final.output_text)


@show("responses, tools")
def _():
    tool = {"type": "function", "name": "weather", "parameters": weather["function"]["parameters"], "strict": False}
    for model in [thinker, *others]:
        asked = client.responses.create(model=model, input="Please call the tool.", tools=[tool])
        call = next(item for item in asked.output if item.type == "function_call")
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "21 degrees"}
        answer = client.responses.create(model=model, input=[result], tools=[tool], previous_response_id=asked.id)
        expect("21 degrees" in answer.output_text)


@show("search")
def _():
    for model in [thinker, *others]:
        tools = [{"type": "web_search"}]
        answer = client.responses.create(model=model, input="Who wrote it?", tools=tools)
        notes = [note for item in answer.output if item.type == "message" for part in item.content for note in part.annotations]
        expect(any(note.type == "url_citation" and note.url for note in notes), str(answer.output))
        expect(any(item.type == "web_search_call" for item in answer.output), str(answer.output))
        with client.responses.stream(model=model, input="Who wrote it?", tools=tools) as stream:
            kinds = [event.type for event in stream]
            final = stream.get_final_response()
        expect("response.output_text.annotation.added" in kinds, str(sorted(set(kinds))))
        expect("response.web_search_call.completed" in kinds, str(sorted(set(kinds))))
        expect(any(item.type == "web_search_call" for item in final.output), str(final.output))
        searched = client.chat.completions.create(model=model, messages=hello, web_search_options={})
        expect(searched.choices[0].message.annotations[0].url_citation.url, str(searched))


@show("conversations")
def _():
    held = client.conversations.create(metadata={"topic": "rivers"})
    client.responses.create(model=chat, input="My name is Ann", conversation=held.id)
    items = list(client.conversations.items.list(held.id))
    expect(len(items) == 2, f"{len(items)} items")
    client.conversations.delete(held.id)


@show("files")
def _():
    made = client.files.create(file=("notes.pdf", b"%PDF-1.4\n%%EOF\n"), purpose="user_data")
    expect(client.files.retrieve(made.id).filename == "notes.pdf")
    expect(made.id in [one.id for one in client.files.list()])
    expect(client.files.delete(made.id).deleted)
    error = refused(openai.NotFoundError, lambda: client.files.retrieve(made.id))
    expect(error.status_code == 404)


@show("batches")
def _():
    lines = [
        {"custom_id": f"r{n}", "method": "POST", "url": "/v1/chat/completions", "body": {"model": chat, "messages": hello, "max_tokens": 20}}
        for n in range(2)
    ]
    held = client.files.create(
        file=("asked.jsonl", "\n".join(map(json.dumps, lines)).encode()), purpose="batch"
    )
    made = client.batches.create(input_file_id=held.id, endpoint="/v1/chat/completions", completion_window="24h")
    expect(client.batches.retrieve(made.id).id == made.id)
    expect(made.id in [one.id for one in client.batches.list()])
    expect(client.batches.cancel(made.id).status in ("cancelling", "cancelled", "completed"))
    ended = until(lambda: client.batches.retrieve(made.id), lambda one: one.status in ("cancelled", "completed"))
    expect(ended.request_counts.total == 2)


@show("models")
def _():
    names = [model.id for model in client.models.list()]
    expect(chat in names and others[0] in names)
    expect(client.models.retrieve(chat).id == chat)


@show("errors")
def _():
    unknown = refused(
        openai.NotFoundError, lambda: client.chat.completions.create(model="openai/gpt-none", messages=hello)
    )
    expect(unknown.status_code == 404 and unknown.code, str(unknown.body))
    wrong = refused(
        openai.BadRequestError, lambda: client.chat.completions.create(model=chat, messages=hello, temperature=9)
    )
    expect(wrong.status_code == 400 and wrong.param == "temperature", str(wrong.body))
    stranger = OpenAI(api_key="wrong", max_retries=0)
    expect(refused(openai.AuthenticationError, lambda: stranger.models.list()).status_code == 401)
    unpriced = refused(
        openai.UnprocessableEntityError,
        lambda: client.chat.completions.create(
            model=chat, messages=hello, prediction={"type": "content", "content": "Hello"}
        ),
    )
    expect(unpriced.status_code == 422 and "prediction" in unpriced.message, str(unpriced.body))


@show("cancellation")
async def _():
    asynchronous = AsyncOpenAI(max_retries=0)
    long = [{"role": "user", "content": "[[words:3000]]"}]
    stream = await asynchronous.chat.completions.create(model=chat, messages=long, stream=True)
    async for _chunk in stream:
        break
    await stream.close()
    task = asyncio.create_task(asynchronous.responses.create(model=thinker, input="[[words:3000]]"))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    answer = await asynchronous.chat.completions.create(model=chat, messages=hello)
    expect("Hello" in answer.choices[0].message.content)
    await asynchronous.close()


run_all()
