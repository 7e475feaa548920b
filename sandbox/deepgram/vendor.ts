import { channelsOf, secondsOf } from "../media/measure.ts";
import { silence } from "../media/silence.ts";
import { objectOf, stringOf } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { deepgramModelList } from "./models.ts";
import { deepgramListenRules, deepgramSpeakRules, noSuchModel, says } from "./rules.ts";
import type { DeepgramAsked } from "./rules.ts";

const idOf = (digest: string): string =>
  `${digest.slice(0, 8)}-${digest.slice(8, 12)}-7000-8000-${digest.slice(12, 24)}`;
const headersOf = (digest: string) => ({ "dg-request-id": idOf(digest) });

// https://developers.deepgram.com/docs/errors
const refuse = ({ status, message, code }: Refusal, digest: string): VendorReply =>
  jsonReply(
    status,
    { ...headersOf(digest), "dg-error": message },
    {
      err_code: code ?? "Bad Request",
      err_msg: message,
      request_id: idOf(digest),
    },
  );

/** As people speak: sixteen letters a second. */
const secondsPerCharacter = 0.0625;

const types: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  flac: "audio/flac",
  aac: "audio/aac",
};

function speechReply(
  { query, body, model }: DeepgramAsked,
  { bodyDigest: digest, telling }: VendorRequest,
): VendorReply {
  const text = stringOf(objectOf(body)["text"]);
  const encoding = query.get("encoding") ?? "mp3";
  const packed = query.get("container") === "wav" ? "wav" : "pcm";
  const truth = { char_count: [...text].length };
  const told = telling.edit(truth);
  return {
    status: 200,
    headers: {
      "content-type": types[encoding] ?? `audio/${packed === "wav" ? "wav" : "l16"}`,
      ...headersOf(digest),
      "dg-model-name": model.id,
      // https://developers.deepgram.com/docs/text-to-speech#results
      ...(typeof told?.["char_count"] === "number" ? { "dg-char-count": String(told["char_count"]) } : {}),
    },
    frames: [
      {
        kind: "whole",
        bytes: silence(encoding === "linear16" ? packed : encoding, text.length * secondsPerCharacter),
      },
    ],
    streamed: false,
    units: { character: truth.char_count },
    reported: typeof told?.["char_count"] === "number" ? usableUnits({ character: told["char_count"] }) : null,
  };
}

const sentences = ["The river is calm.", "A boat is coming.", "Somebody waves."];

function transcriptReply({ query, raw, model }: DeepgramAsked, request: VendorRequest): VendorReply {
  const { bodyDigest: digest, telling } = request;
  const data = Buffer.from(raw).toString("base64");
  const seconds = secondsOf(data, 1);
  // https://developers.deepgram.com/docs/multichannel: each is written down, and billed
  const channels = query.get("multichannel") === "true" ? channelsOf(data) : 1;
  const said = Array.from({ length: Math.max(1, Math.ceil(seconds / 10)) }, (_, at) => sentences[at % 3] ?? "");
  const all = said.flatMap((sentence, of) => sentence.split(" ").map((word) => ({ word, of })));
  const each = seconds / all.length;
  const words = all.map(({ word, of }, at) => ({
    word: word.toLowerCase().replace(".", ""),
    start: at * each,
    end: (at + 0.8) * each,
    confidence: 0.99,
    punctuated_word: word,
    of,
  }));
  const utterances = said.map((transcript, of) => {
    const own = words.filter((word) => word.of === of);
    return {
      start: own[0]?.start,
      end: own.at(-1)?.end,
      confidence: 0.99,
      channel: 0,
      transcript,
      id: idOf(digest),
    };
  });
  const one = {
    alternatives: [
      {
        transcript: said.join(" "),
        confidence: 0.99,
        words: words.map(({ of: _of, ...word }) => word),
      },
    ],
    ...(query.get("detect_language") === "true" ? { detected_language: "en", language_confidence: 0.97 } : {}),
  };
  const told = telling.edit({ duration: seconds });
  const secondsTold = told?.["duration"];
  return jsonReply(
    200,
    headersOf(digest),
    {
      metadata: {
        transaction_key: "deprecated",
        request_id: idOf(digest),
        sha256: digest,
        created: new Date(request.nowMs).toISOString(),
        channels,
        models: [model.id],
        ...told,
      },
      results: {
        channels: Array.from({ length: channels }, () => one),
        ...(query.get("utterances") === "true" ? { utterances } : {}),
      },
    },
    {
      units: { second: Math.ceil(seconds * channels) },
      reported: typeof secondsTold === "number" ? usableUnits({ second: Math.ceil(secondsTold * channels) }) : null,
    },
  );
}

/** Deepgram's transcripts and speech. */
export const deepgramWire: Vendor = {
  mount: "/deepgram/v1",
  // https://developers.deepgram.com/guides/fundamentals/authenticating: `Token`, and no bearer
  credentialOf: ({ authorization }) => /^Token (.+)$/.exec(authorization ?? "")?.[1],
  acceptsKey: (key) => key !== undefined && /^[\w-]{8,}$/.test(key),
  identify: (_path, _body, query) => ({
    model: query.get("model") ?? "",
    stream: false,
  }),
  reply(request) {
    const { method, path, query, raw, body, bodyDigest: digest, headers } = request;
    // https://developers.deepgram.com/reference/manage/projects/list
    if (method === "GET" && path === "/projects")
      return jsonReply(200, headersOf(digest), {
        projects: [{ project_id: idOf(digest), name: "The only one" }],
      });
    const serves = path === "/listen" ? "listen" : path === "/speak" ? "speak" : undefined;
    if (method !== "POST" || serves === undefined) return refuse(says(404, "NOT_FOUND", "Not Found"), digest);
    // …/docs/model and …/docs/tts-models: the defaults
    const id = request.model === "" ? (serves === "listen" ? "base-general" : "aura-asteria-en") : request.model;
    const model = deepgramModelList.find((one) => one.id === id && one.serves === serves);
    if (model === undefined) return refuse(noSuchModel, digest);
    const asked: DeepgramAsked = {
      query,
      raw,
      body,
      model,
      contentType: headers["content-type"] ?? "",
    };
    const refusal = firstRefusal(serves === "listen" ? deepgramListenRules : deepgramSpeakRules, asked);
    if (refusal !== undefined) return refuse(refusal, digest);
    return serves === "listen" ? transcriptReply(asked, request) : speechReply(asked, request);
  },
  refuseKey: (_key, digest) => refuse(says(401, "INVALID_AUTH", "Invalid credentials."), digest),
  error: (status, message, digest) => refuse({ status, message }, digest),
};
