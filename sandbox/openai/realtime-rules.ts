import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";

// Fields and values: https://platform.openai.com/docs/api-reference/realtime-client-events
// Words: https://community.openai.com/t/realtime-api-errors, as clients have recorded them.

const unknownIn = (value: JsonObject, known: readonly string[], at: string): Refusal | undefined => {
  const name = Object.keys(value).find((one) => !known.includes(one));
  return name === undefined
    ? undefined
    : invalid(`Unknown parameter: '${at}${name}'.`, `${at}${name}`, "unknown_parameter");
};

const notOneOf = (value: unknown, known: readonly string[], at: string): Refusal | undefined =>
  value === undefined || known.includes(stringOf(value))
    ? undefined
    : invalid(
        `Invalid value: '${stringOf(value)}'. Supported values are: ${known.map((one) => `'${one}'`).join(", ")}.`,
        at,
        "invalid_value",
      );

const notBetween = (value: unknown, least: number, most: number, at: string): Refusal | undefined => {
  const number = finiteNumberOf(value);
  if (value === undefined || (number !== undefined && number >= least && number <= most)) return undefined;
  return invalid(`Invalid '${at}': expected a value between ${least} and ${most}.`, at, "invalid_value");
};

const sessionFields = [
  "type",
  "audio",
  "include",
  "instructions",
  "max_output_tokens",
  "output_modalities",
  "parallel_tool_calls",
  "prompt",
  "reasoning",
  "tool_choice",
  "tools",
  "tracing",
  "truncation",
];
const responseFields = [
  "audio",
  "conversation",
  "input",
  "instructions",
  "max_output_tokens",
  "metadata",
  "output_modalities",
  "parallel_tool_calls",
  "prompt",
  "reasoning",
  "tool_choice",
  "tools",
];
const voices = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"];
const formats = ["audio/pcm", "audio/pcmu", "audio/pcma"];

const badFormat = (format: unknown, at: string): Refusal | undefined => {
  if (format === undefined) return undefined;
  const { type, rate } = objectOf(format);
  // Only a 24kHz sample rate is supported.
  if (rate !== undefined && rate !== 24_000) return invalid("Only 24000 is supported.", `${at}.rate`, "invalid_value");
  return notOneOf(type ?? "", formats, `${at}.type`);
};

const badLimit = (value: unknown, most: number, at: string): Refusal | undefined =>
  value === undefined || value === "inf" ? undefined : notBetween(value, 1, most, `${at}max_output_tokens`);

/** Text and audio at the same time cannot be asked for. */
const badModalities = (value: unknown, at: string): Refusal | undefined => {
  if (value === undefined) return undefined;
  const all = listOf(value);
  const fits = all.length === 1 && (all[0] === "text" || all[0] === "audio");
  return fits
    ? undefined
    : invalid(
        `Invalid modalities: ${JSON.stringify(value)}. Supported combinations are: ['text'] and ['audio'].`,
        `${at}output_modalities`,
        "invalid_value",
      );
};

const badTools = (value: unknown, at: string): Refusal | undefined => {
  for (const [place, tool] of listOf(value).entries()) {
    const { type, name } = objectOf(tool);
    const refusal = notOneOf(type ?? "", ["function", "mcp"], `${at}tools[${place}].type`);
    if (refusal !== undefined) return refusal;
    if (type === "function" && stringOf(name) === "")
      return invalid(
        `Missing required parameter: '${at}tools[${place}].name'.`,
        `${at}tools[${place}].name`,
        "missing_required_parameter",
      );
  }
  return undefined;
};

const badTurns = (value: unknown): Refusal | undefined => {
  if (value === undefined || value === null) return undefined;
  const at = "session.audio.input.turn_detection";
  const turns = objectOf(value);
  const own =
    turns["type"] === "semantic_vad"
      ? ["eagerness"]
      : ["threshold", "prefix_padding_ms", "silence_duration_ms", "idle_timeout_ms"];
  return (
    notOneOf(turns["type"] ?? "", ["server_vad", "semantic_vad"], `${at}.type`) ??
    unknownIn(turns, ["type", "create_response", "interrupt_response", ...own], `${at}.`) ??
    notBetween(turns["threshold"], 0, 1, `${at}.threshold`)
  );
};

/** Why a session cannot be changed so. `spoken`: the model has spoken with its voice. */
export function refuseSession(value: unknown, maxOutput: number, voice: string, spoken: boolean): Refusal | undefined {
  if (!isObject(value))
    return invalid("Missing required parameter: 'session'.", "session", "missing_required_parameter");
  if (value["type"] === undefined)
    return invalid("Missing required parameter: 'session.type'.", "session.type", "missing_required_parameter");
  const audio = objectOf(value["audio"]);
  const [input, output] = [objectOf(audio["input"]), objectOf(audio["output"])];
  const asked = output["voice"];
  return (
    notOneOf(value["type"], ["realtime"], "session.type") ??
    unknownIn(value, sessionFields, "session.") ??
    unknownIn(audio, ["input", "output"], "session.audio.") ??
    unknownIn(input, ["format", "noise_reduction", "transcription", "turn_detection"], "session.audio.input.") ??
    unknownIn(output, ["format", "speed", "voice"], "session.audio.output.") ??
    badFormat(input["format"], "session.audio.input.format") ??
    badFormat(output["format"], "session.audio.output.format") ??
    badTurns(input["turn_detection"]) ??
    notOneOf(asked, voices, "session.audio.output.voice") ??
    // "Voice cannot be changed during the session once the model has responded with audio at least once."
    (spoken && asked !== undefined && asked !== voice
      ? invalid("Cannot update a conversation's voice if assistant audio is present.", null, "cannot_update_voice")
      : undefined) ??
    notBetween(output["speed"], 0.25, 1.5, "session.audio.output.speed") ??
    badLimit(value["max_output_tokens"], maxOutput, "session.") ??
    badModalities(value["output_modalities"], "session.") ??
    badTools(value["tools"], "session.")
  );
}

/** Why a response cannot be asked for so. */
export const refuseResponse = (value: unknown, maxOutput: number): Refusal | undefined => {
  if (value === undefined) return undefined;
  const asked = objectOf(value);
  return (
    unknownIn(asked, responseFields, "response.") ??
    badLimit(asked["max_output_tokens"], maxOutput, "response.") ??
    badModalities(asked["output_modalities"], "response.") ??
    badTools(asked["tools"], "response.")
  );
};

/** Of each role its own: https://platform.openai.com/docs/api-reference/realtime-client-events/conversation/item/create */
const contents: Readonly<Record<string, readonly string[]>> = {
  system: ["input_text"],
  user: ["input_text", "input_audio", "input_image"],
  assistant: ["output_text", "output_audio"],
};

/** Why an item cannot be added. */
export function refuseItem(value: unknown): Refusal | undefined {
  if (!isObject(value)) return invalid("Missing required parameter: 'item'.", "item", "missing_required_parameter");
  const { type } = value;
  if (type === "function_call" || type === "function_call_output") return undefined;
  const wrongType = notOneOf(type ?? "", ["message", "function_call", "function_call_output"], "item.type");
  if (wrongType !== undefined) return wrongType;
  const role = stringOf(value["role"]);
  const known = contents[role];
  if (known === undefined) return notOneOf(role, Object.keys(contents), "item.role");
  for (const [at, part] of listOf(value["content"]).entries()) {
    const refusal = notOneOf(objectOf(part)["type"] ?? "", known, `item.content[${at}].type`);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Everything that a client may send. */
export const clientEvents = [
  "session.update",
  "input_audio_buffer.append",
  "input_audio_buffer.commit",
  "input_audio_buffer.clear",
  "conversation.item.create",
  "conversation.item.retrieve",
  "conversation.item.truncate",
  "conversation.item.delete",
  "response.create",
  "response.cancel",
] as const;
