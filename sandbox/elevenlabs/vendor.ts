import { secondsOf } from "../media/measure.ts";
import { silence } from "../media/silence.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { elevenLabsSpeechRules, elevenLabsTranscriptRules } from "./rules.ts";
import type { ElevenLabsModel } from "./rules.ts";

const speech = (id: string, mostCharacters: number, creditsPerCharacter = 1): ElevenLabsModel => ({
  id,
  serves: "speech",
  mostCharacters,
  creditsPerCharacter,
});

// https://elevenlabs.io/docs/overview/models; the credits: https://help.elevenlabs.io/hc/en-us/articles/21811236079505
const models: readonly ElevenLabsModel[] = [
  speech("eleven_v3", 5_000),
  speech("eleven_multilingual_v2", 10_000),
  speech("eleven_flash_v2_5", 40_000, 0.5),
  speech("eleven_flash_v2", 30_000, 0.5),
  speech("eleven_turbo_v2_5", 40_000, 0.5),
  speech("eleven_turbo_v2", 30_000, 0.5),
  { id: "scribe_v2", serves: "transcription", mostCharacters: 0, creditsPerCharacter: 0 },
];

/** Voices, and how many credits each bills in place of one; the last is one of the library. */
const voices: Readonly<Record<string, number | null>> = {
  JBFqnCBsd6RMkjVDRZzb: null,
  EXAVITQu4vr4xnSDxMaL: null,
  dearVoiceOfLibrary01: 2,
};

const headersOf = (digest: string) => ({ "request-id": digest.slice(0, 20) });

// https://elevenlabs.io/docs/eleven-api/resources/errors; validators list what is wrong
const refuse = ({ status, message, code, param }: Refusal, digest: string): VendorReply =>
  jsonReply(
    status,
    headersOf(digest),
    code === undefined || code === null
      ? { detail: param === undefined ? message : [{ type: "value_error", loc: ["body", param], msg: message }] }
      : { detail: { status: code, message } },
  );

const says = (status: number, code: string, message: string): Refusal => ({ status, message, code });

/** As people speak: sixteen letters a second. */
const secondsPerCharacter = 0.0625;

function speechReply(request: VendorRequest, model: ElevenLabsModel, voice: string): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest, query } = request;
  const rate = Object.hasOwn(voices, voice) ? (voices[voice] ?? 1) : undefined;
  if (rate === undefined)
    return refuse(says(400, "voice_not_found", `A voice with voice_id ${voice} was not found.`), digest);
  const format = query.get("output_format") ?? "";
  const refusal = firstRefusal(elevenLabsSpeechRules, { body, model, format });
  if (refusal !== undefined) return refuse(refusal, digest);
  const { length } = stringOf(body["text"]);
  // Credits are whole: half of one is rounded up.
  const truth = { character_cost: Math.ceil(length * model.creditsPerCharacter) * rate };
  const told = request.telling.edit(truth);
  const charactersOf = (usage: JsonObject | undefined) =>
    typeof usage?.["character_cost"] === "number"
      ? usableUnits({ character: usage["character_cost"] / model.creditsPerCharacter })
      : null;
  return {
    status: 200,
    headers: {
      "content-type": format.startsWith("pcm") ? "audio/pcm" : format.startsWith("opus") ? "audio/ogg" : "audio/mpeg",
      ...headersOf(digest),
      // https://elevenlabs.io/docs/api-reference/introduction#tracking-generation-costs
      ...(typeof told?.["character_cost"] === "number" ? { "character-cost": String(told["character_cost"]) } : {}),
    },
    frames: [{ kind: "whole", bytes: silence(format.split("_")[0] || "mp3", length * secondsPerCharacter) }],
    streamed: false,
    units: charactersOf(truth),
    reported: charactersOf(told),
  };
}

const sentences = ["The river is calm.", "A boat is coming.", "Somebody waves."];

function transcriptReply(request: VendorRequest, model: ElevenLabsModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest } = request;
  const refusal = firstRefusal(elevenLabsTranscriptRules, { body, model, format: "" });
  if (refusal !== undefined) return refuse(refusal, digest);
  const seconds = secondsOf(stringOf(objectOf(body["file"])["data"]), 1);
  const text = Array.from(
    { length: Math.max(1, Math.ceil(seconds / 10)) },
    (_, at) => sentences[at % sentences.length],
  ).join(" ");
  const spoken = text.split(" ");
  const each = seconds / spoken.length;
  const words = spoken.flatMap((word, at) => [
    { text: word, type: "word", start: at * each, end: (at + 0.8) * each, logprob: -0.1 },
    { text: " ", type: "spacing", start: (at + 0.8) * each, end: (at + 1) * each, logprob: 0 },
  ]);
  const told = request.telling.edit({ audio_duration_secs: seconds });
  return jsonReply(
    200,
    headersOf(digest),
    {
      language_code: "eng",
      language_probability: 0.97,
      text,
      words: body["timestamps_granularity"] === "none" ? [] : words,
      transcription_id: digest.slice(0, 20),
      ...told,
    },
    {
      units: { second: Math.ceil(seconds) },
      reported:
        typeof told?.["audio_duration_secs"] === "number"
          ? usableUnits({ second: Math.ceil(told["audio_duration_secs"]) })
          : null,
    },
  );
}

/** ElevenLabs' speech and transcripts. */
export const elevenLabsWire: Vendor = {
  mount: "/elevenlabs/v1",
  credentialOf: (headers) => {
    const key = headers["xi-api-key"];
    return typeof key === "string" ? key : undefined;
  },
  acceptsKey: (key) => key !== undefined && /^(sk_?)?[\w-]{8,}$/.test(key),
  identify: (_path, body) => ({ model: stringOf(objectOf(body)["model_id"]), stream: false }),
  reply(request) {
    const { method, path, body, bodyDigest: digest } = request;
    // https://elevenlabs.io/docs/api-reference/user/get
    if (method === "GET" && path === "/user")
      return jsonReply(200, headersOf(digest), { user_id: "u1", subscription: { tier: "pro", character_count: 0 } });
    const voice = /^\/(voices|text-to-speech)\/([A-Za-z0-9]+)$/.exec(path);
    if (method === "GET" && voice?.[1] === "voices") {
      const [, , id = ""] = voice;
      if (!Object.hasOwn(voices, id))
        return refuse(says(400, "voice_not_found", `A voice with voice_id ${id} was not found.`), digest);
      const rate = voices[id] ?? null;
      // https://elevenlabs.io/docs/api-reference/voices/get, `sharing.rate`
      return jsonReply(200, headersOf(digest), { voice_id: id, name: id, sharing: rate === null ? null : { rate } });
    }
    const serves =
      voice?.[1] === "text-to-speech" ? "speech" : path === "/speech-to-text" ? "transcription" : undefined;
    if (method !== "POST" || serves === undefined) return refuse({ status: 404, message: "Not Found" }, digest);
    if (!isObject(body)) return refuse({ status: 422, message: "Input should be a valid object", param: "" }, digest);
    const model = models.find(({ id }) => id === (request.model === "" ? "eleven_multilingual_v2" : request.model));
    if (model === undefined)
      return refuse(says(400, "model_not_found", `A model with model ID ${request.model} does not exist.`), digest);
    if (model.serves !== serves)
      return refuse(says(400, "unsupported_model", `The model ${model.id} does not support ${serves}.`), digest);
    return serves === "speech" ? speechReply(request, model, voice?.[2] ?? "") : transcriptReply(request, model);
  },
  refuseKey: (key, digest) =>
    refuse(
      key === undefined
        ? says(401, "needs_authorization", "Neither authorization header nor xi-api-key received, please provide one.")
        : says(401, "invalid_api_key", "Invalid API key"),
      digest,
    ),
  error: (status, message, digest) => refuse({ status, message }, digest),
};
