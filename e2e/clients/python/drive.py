"""drive.py <folder> <plan>: calls every operation of a generated client, and says of each what it answered or what was wrong."""

import base64
import datetime
import enum
import importlib
import inspect
import json
import re
import sys
import types
import typing

folder, plan_file = sys.argv[1:]
sys.path.insert(0, folder)
with open(plan_file, encoding="utf8") as file:
    plan = json.load(file)

client_module = importlib.import_module("nexus_client.client")
file_class = importlib.import_module("nexus_client.types").File


def snake(name: str) -> str:
    """`generateText` is `generate_text`."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


def keys(value: object) -> object:
    """What an answer consists of, without the values: of times there are several spellings."""
    if isinstance(value, dict):
        return {name: keys(item) for name, item in value.items()}
    if isinstance(value, list):
        return [keys(item) for item in value]
    return type(value).__name__ if not isinstance(value, (int, float)) else "number"


def kinds_of(annotation: object) -> list:
    """Every class that an annotation names, with those inside lists."""
    inside = typing.get_args(annotation)
    return [annotation] if not inside else [kind for one in inside for kind in kinds_of(one)]


def body_of(function: object, body: dict, files: list) -> object:
    """The body as the class that the function wants; files come as Base64 in the plan."""
    given = {**body, **{name: base64.b64decode(body[name]) for name in files}}
    for kind in kinds_of(inspect.signature(function).parameters["body"].annotation):
        if hasattr(kind, "from_dict"):
            made = kind.from_dict(given)
            for name in files:
                getattr(made, name).file_name = "recording.wav"
                getattr(made, name).mime_type = "audio/wav"
            return made
    return given


def plain(parsed: object) -> object:
    """An answer as JSON again: what was kept of it."""
    if isinstance(parsed, list):
        return [plain(item) for item in parsed]
    return parsed.to_dict() if hasattr(parsed, "to_dict") else parsed


def value_of(annotation: object, value: object) -> object:
    """A parameter as the class that the function wants: words are enumerations, moments are moments."""
    if isinstance(value, list):
        return [value_of(annotation, one) for one in value]
    for kind in kinds_of(annotation):
        if isinstance(kind, type) and issubclass(kind, enum.Enum) and value in [one.value for one in kind]:
            return kind(value)
        if kind is datetime.date and isinstance(value, str) and "T" not in value:
            return datetime.date.fromisoformat(value)
        if kind is datetime.datetime and isinstance(value, str) and "T" in value:
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value


def stream(module: object, client: object, given: dict) -> dict:
    """The generator knows no streams: each part is read as if it were the whole text of an answer."""
    count = 0
    with client.get_httpx_client().stream(**module._get_kwargs(**given)) as answer:
        for line in answer.iter_lines():
            if not line.startswith("data: "):
                continue
            part = json.loads(line.removeprefix("data: "))
            try:
                read = module._parse_response(client=client, response=types.SimpleNamespace(status_code=200, text=part))
            except (TypeError, KeyError, ValueError) as error:
                return {"wrong": f"{type(error).__name__} in {part}"[:600]}
            if keys(part) != keys(read.to_dict()):
                return {"wrong": f"{part} was read as {read}"[:600]}
            count += 1
    return {"status": answer.status_code} if count > 0 else {"wrong": "a stream without parts"}


answers: dict = {}


def with_taken(item: dict) -> dict:
    """With the id that an answer before has, where the plan says so."""
    takes = item.get("takes")
    if takes is None or takes["by"] not in answers:
        return item
    taken = answers[takes["by"]]
    for key in takes["at"]:
        taken = taken[key]
    place = "path" if takes["as"] in item["path"] else "body"
    return {**item, place: {**item[place], takes["as"]: taken}}


def call(planned: dict) -> dict:
    item = with_taken(planned)
    name = snake(item["operationId"])
    module = importlib.import_module(f"nexus_client.api.{item['module']}.{name}")
    parameters = inspect.signature(module.sync_detailed).parameters
    given = {}
    for key, value in {**item["path"], **item["query"]}.items():
        # Words of the language itself have an underscore behind them.
        parameter = next((known for known in (snake(key), f"{snake(key)}_") if known in parameters), None)
        if parameter is None:
            return {"wrong": f"the function takes no {key}, but {', '.join(parameters)}"}
        given[parameter] = value_of(parameters[parameter].annotation, value)
    # Headers that an operation wants, which no plan has.
    for wanted, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty and wanted not in {*given, "client", "body"}:
            kind = kinds_of(parameter.annotation)[0]
            given[wanted] = next(iter(kind)) if issubclass(kind, enum.Enum) else kind(1)
    if "body" in item:
        given["body"] = body_of(module.sync_detailed, item["body"], item.get("files", []))
    client = client_module.Client(base_url=plan["baseUrl"], headers={**plan["headers"], **item.get("headers", {})}, timeout=60)
    if "parts" in item:
        return stream(module, client, given)
    answer = module.sync_detailed(client=client, **given)
    status = answer.status_code.value
    if status == 204 and answer.content == b"":
        return {"status": status}
    if answer.parsed is None:
        return {"status": status, "wrong": f"nothing is declared of {answer.content[:300]!r}"}
    if isinstance(answer.parsed, str):
        return {"status": status}
    if isinstance(answer.parsed, file_class):
        whole = answer.parsed.payload.read() == answer.content and answer.content != b""
        return {"status": status} if whole else {"status": status, "wrong": "a file that is empty or not whole"}
    for one in answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]:
        if not hasattr(one, "to_dict"):
            return {"status": status, "wrong": f"an answer without a class: {type(one).__name__}"}
    whole = json.loads(answer.content)
    if status < 300:
        answers[item["operationId"]] = whole
    sent, kept = keys(whole), keys(plain(answer.parsed))
    return {"status": status} if sent == kept else {"status": status, "wrong": f"{sent} was read as {kept}"[:900]}


for each in plan["calls"]:
    try:
        found = call(each)
    except Exception as error:  # noqa: BLE001
        found = {"wrong": f"{type(error).__name__}: {error}"[:600]}
    print(json.dumps({"operationId": each["operationId"], **found}), flush=True)
