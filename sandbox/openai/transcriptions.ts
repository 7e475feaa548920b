import { countTokens } from "../count-tokens.ts";
import { secondsOf } from "../media/measure.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorReply, VendorRequest } from "../vendor.ts";
import { openaiHeaders, refused } from "./errors.ts";
import type { OpenaiModel } from "./models.ts";
import { transcriptionRules, translationRules } from "./rules-audio.ts";

/** One sentence for every begun ten seconds of whatever was recorded. */
const pieceSeconds = 10;
const sentences = ["The river is calm.", "A boat is coming.", "Somebody waves.", "It is getting dark."];

// https://platform.openai.com/docs/guides/realtime-costs: a token for 100 ms of what a person says
const tokensPerSecond = 10;

const transcriptUnits = (usage: JsonObject | undefined): Units | null => {
  if (usage === undefined) return null;
  if (usage["type"] === "duration") return usableUnits({ second: usage["seconds"] });
  const details = objectOf(usage["input_token_details"]);
  return usableUnits({
    input: details["text_tokens"],
    inputAudio: details["audio_tokens"],
    output: usage["output_tokens"],
  });
};

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const piecesOf = (seconds: number): Piece[] =>
  Array.from({ length: Math.max(1, Math.ceil(seconds / pieceSeconds)) }, (_, at) => ({
    text: sentences[at % sentences.length] ?? "",
    start: at * pieceSeconds,
    end: Math.min((at + 1) * pieceSeconds, seconds),
  }));

const wordsOf = ({ text, start, end }: Piece): JsonObject[] => {
  const words = text.split(" ");
  const each = (end - start) / words.length;
  return words.map((word, at) => ({ word, start: start + at * each, end: start + (at + 1) * each }));
};

const segmentOf = ({ text, start, end }: Piece, id: number): JsonObject => ({
  id,
  seek: 0,
  start,
  end,
  text: ` ${text}`,
  tokens: [],
  temperature: 0,
  avg_logprob: -0.1,
  compression_ratio: 1,
  no_speech_prob: 0,
});

const plain = (text: string, digest: string, units: Units): VendorReply => ({
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8", ...openaiHeaders(digest) },
  frames: [{ kind: "whole", bytes: text }],
  streamed: false,
  units,
  reported: null,
});

const eventOf = (event: JsonObject): string => `data: ${JSON.stringify(event)}\n\n`;

/** A word at a time: https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event */
function eventFrames(text: string, usage: JsonObject | undefined): Frame[] {
  const deltas = text.split(/(?= )/).map((delta, at): Frame => ({
    kind: at === 0 ? "open" : "delta",
    bytes: eventOf({ type: "transcript.text.delta", delta }),
  }));
  const done = eventOf({ type: "transcript.text.done", text, ...(usage === undefined ? {} : { usage }) });
  return [...deltas, { kind: "usage", bytes: done }];
}

/** POST /audio/transcriptions and /audio/translations. */
export function transcriptionReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const digest = request.bodyDigest;
  const translated = request.path.endsWith("/translations");
  const refusal = firstRefusal(translated ? translationRules : transcriptionRules, {
    body,
    model,
    named: request.model,
  });
  if (refusal !== undefined) return refused(refusal, digest);
  const format = stringOf(body["response_format"]) || "json";
  const seconds = secondsOf(stringOf(objectOf(body["file"])["data"]), 1);
  const pieces = piecesOf(seconds);
  const text = pieces.map((piece) => piece.text).join(" ");
  const byTime = model.id === "whisper-1";
  const given = countTokens(stringOf(body["prompt"]));
  const heard = Math.ceil(seconds * tokensPerSecond);
  const written = countTokens(text);
  const truth: JsonObject = byTime
    ? { type: "duration", seconds: Math.max(1, Math.round(seconds)) }
    : {
        type: "tokens",
        input_tokens: given + heard,
        input_token_details: { text_tokens: given, audio_tokens: heard },
        output_tokens: written,
        total_tokens: given + heard + written,
      };
  const usage = request.telling.edit(truth);
  const units = transcriptUnits(truth) ?? {};
  // …/audio/createTranscription#audio-createtranscription-stream: ignored of whisper-1
  if (body["stream"] === "true" && !byTime)
    return {
      status: 200,
      headers: { "content-type": "text/event-stream; charset=utf-8", ...openaiHeaders(digest) },
      frames: eventFrames(text, usage),
      streamed: true,
      units,
      reported: transcriptUnits(usage),
    };
  if (format !== "json" && format !== "verbose_json") return plain(`${text}\n`, digest, units);
  const asked = listOf(body["timestamp_granularities[]"]);
  const verbose = {
    task: translated ? "translate" : "transcribe",
    language: "english",
    duration: seconds,
    ...(asked.length === 0 || asked.includes("segment") ? { segments: pieces.map(segmentOf) } : {}),
    ...(asked.includes("word") ? { words: pieces.flatMap(wordsOf) } : {}),
  };
  const answer = {
    text,
    ...(format === "verbose_json" ? verbose : {}),
    ...(usage === undefined ? {} : { usage }),
  };
  return jsonReply(200, openaiHeaders(digest), answer, { units, reported: transcriptUnits(usage) });
}
