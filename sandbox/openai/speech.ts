import { countTokens } from "../count-tokens.ts";
import { silence } from "../media/silence.ts";
import { finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import type { Frame, VendorReply, VendorRequest } from "../vendor.ts";
import { openaiHeaders, refused } from "./errors.ts";
import type { OpenaiModel } from "./models.ts";
import { speechRules } from "./rules-audio.ts";
import { msPerCharacter } from "./said-aloud.ts";

const types: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/opus",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
};

// https://platform.openai.com/docs/guides/realtime-costs: a token for 50 ms of what a model says
const tokensPerSecond = 20;

const speechUnits = (usage: JsonObject | undefined): Units | null =>
  usage === undefined ? null : usableUnits({ input: usage["input_tokens"], outputAudio: usage["output_tokens"] });

const eventOf = (event: JsonObject): string => `data: ${JSON.stringify(event)}\n\n`;
const pieceBytes = 16_384;

function eventFrames(sound: Buffer, usage: JsonObject | undefined): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < sound.length; at += pieceBytes) {
    const audio = sound.subarray(at, at + pieceBytes).toString("base64");
    frames.push({ kind: at === 0 ? "open" : "delta", bytes: eventOf({ type: "speech.audio.delta", audio }) });
  }
  const done = eventOf({ type: "speech.audio.done", ...(usage === undefined ? {} : { usage }) });
  return [...frames, { kind: "usage", bytes: done }];
}

/** POST /audio/speech: silence, as long as saying the text would take. */
export function speechReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const digest = request.bodyDigest;
  const refusal = firstRefusal(speechRules, { body, model, named: request.model });
  if (refusal !== undefined) return refused(refusal, digest);
  const text = stringOf(body["input"]);
  const format = stringOf(body["response_format"]) || "mp3";
  const seconds = (text.length * msPerCharacter) / 1_000 / (finiteNumberOf(body["speed"]) ?? 1);
  const sound = silence(format, seconds);
  const byCharacter: Units = { character: text.length };
  const input = countTokens(text) + countTokens(stringOf(body["instructions"]));
  const output = Math.ceil(seconds * tokensPerSecond);
  const truth = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  const usage = request.telling.edit(truth);
  const byToken = model.id.startsWith("gpt-");
  const units = byToken ? speechUnits(truth) : byCharacter;
  if (body["stream_format"] === "sse") {
    return {
      status: 200,
      headers: { "content-type": "text/event-stream; charset=utf-8", ...openaiHeaders(digest) },
      frames: eventFrames(sound, usage),
      streamed: true,
      units,
      reported: speechUnits(usage),
    };
  }
  return {
    status: 200,
    headers: { "content-type": types[format] ?? "audio/mpeg", ...openaiHeaders(digest) },
    frames: [{ kind: "whole", bytes: sound }],
    streamed: false,
    units,
    // A file tells nothing; what is billed by the character follows from the request.
    reported: byToken ? null : byCharacter,
  };
}
