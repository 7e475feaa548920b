import { isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { given } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";

/** A function tool, where its definition stands, and that place in words. */
interface Defined {
  readonly place: string;
  readonly definition: JsonObject;
}

/** Chat completions nest the definition, responses do not. */
function definitionsOf(body: JsonObject, nested: boolean): readonly Defined[] {
  return listOf(body["tools"]).flatMap((given, index) => {
    const tool = objectOf(given);
    if (tool["type"] !== "function") return [];
    return nested
      ? [{ place: `tools[${index}].function`, definition: objectOf(tool["function"]) }]
      : [{ place: `tools[${index}]`, definition: tool }];
  });
}

// https://platform.openai.com/docs/guides/function-calling: names, and a schema of an object
function refusedDefinition({ place, definition }: Defined): Refusal | undefined {
  const name = stringOf(definition["name"]);
  if (name.length > 64) {
    return invalid(
      `Invalid '${place}.name': string too long. Expected a string with maximum length 64, but got a string with length ${name.length} instead.`,
      `${place}.name`,
      "string_above_max_length",
    );
  }
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) {
    return invalid(
      `Invalid '${place}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      `${place}.name`,
      "invalid_value",
    );
  }
  const { parameters } = definition;
  const type = objectOf(parameters)["type"];
  return isObject(parameters) && Object.keys(parameters).length > 0 && type !== "object"
    ? invalid(
        `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"', got 'type: "${typeof type === "string" ? type : "None"}"'.`,
        `${place}.parameters`,
        "invalid_function_parameters",
      )
    : undefined;
}

const definitions =
  (nested: boolean): OpenaiRule =>
  ({ body }) => {
    const all = definitionsOf(body, nested);
    if (all.length > 128) {
      return invalid(
        `Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length ${all.length} instead.`,
        "tools",
        "array_above_max_length",
      );
    }
    for (const one of all) {
      const refusal = refusedDefinition(one);
      if (refusal !== undefined) return refusal;
    }
    const names = all.map(({ definition }) => definition["name"]);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    return twice === undefined
      ? undefined
      : invalid(`Tool names must be unique. The name '${stringOf(twice)}' is used more than once.`, "tools");
  };

const withoutTools = (body: JsonObject): boolean => listOf(body["tools"]).length === 0;

// https://platform.openai.com/docs/api-reference/chat/create#chat-create-tool_choice
const choice =
  (nested: boolean): OpenaiRule =>
  ({ body }) => {
    const asked = body["tool_choice"];
    if (given(asked) && withoutTools(body) && nested) {
      return invalid(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        "tool_choice",
      );
    }
    if (!isObject(asked) || asked["type"] !== "function") return undefined;
    const name = stringOf((nested ? objectOf(asked["function"]) : asked)["name"]);
    return definitionsOf(body, nested).some(({ definition }) => definition["name"] === name)
      ? undefined
      : invalid(`Tool choice '${name}' not found in 'tools' parameter.`, "tool_choice");
  };

const parallelOfTools: OpenaiRule = ({ body }) =>
  given(body["parallel_tool_calls"]) && withoutTools(body)
    ? invalid(
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
        "parallel_tool_calls",
      )
    : undefined;

// https://platform.openai.com/docs/guides/function-calling?api-mode=chat: calls and results in pairs
const chatPairs: OpenaiRule = ({ body }) => {
  let open: string[] = [];
  let known: string[] = [];
  const unanswered = () =>
    invalid(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(", ")}`,
      "messages",
    );
  for (const [index, one] of listOf(body["messages"]).entries()) {
    const message = objectOf(one);
    if (message["role"] === "tool") {
      const id = stringOf(message["tool_call_id"]);
      if (!known.includes(id)) {
        return invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages.[${index}].role`,
        );
      }
      open = open.filter((other) => other !== id);
      continue;
    }
    if (open.length > 0) return unanswered();
    known = listOf(message["tool_calls"]).map((call) => stringOf(objectOf(call)["id"]));
    open = [...known];
    if (Array.isArray(message["tool_calls"]) && known.length === 0) {
      return invalid(
        `Invalid 'messages[${index}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
        `messages[${index}].tool_calls`,
        "empty_array",
      );
    }
    if (message["role"] === "assistant" && !given(message["content"]) && known.length === 0) {
      if (["refusal", "function_call", "audio"].every((name) => !given(message[name]))) {
        return invalid(`Invalid value for 'content': expected a string, got null.`, `messages.[${index}].content`);
      }
    }
  }
  return open.length > 0 ? unanswered() : undefined;
};

// https://platform.openai.com/docs/guides/function-calling: an output answers a call of the same conversation
const responsesPairs: OpenaiRule = ({ body }) => {
  const items = listOf(body["input"]).map(objectOf);
  const ids = (type: string) => items.filter((item) => item["type"] === type).map((item) => stringOf(item["call_id"]));
  const calls = ids("function_call");
  const outputs = ids("function_call_output");
  const open = calls.find((id) => !outputs.includes(id));
  if (open !== undefined) return invalid(`No tool output found for function call ${open}.`, "input");
  const stray = outputs.find((id) => !calls.includes(id));
  // What is referred to may be the call.
  const refers = items.some((item) => item["type"] === "item_reference");
  return stray === undefined || refers || given(body["previous_response_id"]) || given(body["conversation"])
    ? undefined
    : invalid(`No tool call found for function call output with call_id ${stray}.`, "input");
};

/** What chat completions refuse about tools, calls and results. */
export const chatTools: readonly OpenaiRule[] = [definitions(true), choice(true), parallelOfTools, chatPairs];

/** What responses refuse about them. */
export const responsesTools: readonly OpenaiRule[] = [definitions(false), choice(false), responsesPairs];
