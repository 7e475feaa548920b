import { ai } from "../../server/contracts/ai.ts";
import type { NativeDialect } from "../../server/contracts/ai-vendor.ts";
import { operationsOfVendor } from "../../server/families/ai/index.ts";
import { providers } from "../../server/providers/index.ts";
import { askOverRest, askOverTrpc, type AskFor, type RawAsk } from "../../test/send-raw.ts";
import { waveOf } from "../../test/media-files.ts";
import { listProcedures } from "../../server/transport/trpc/procedure-list.ts";

/** The doors behind which the AI family stands, by the dialect that is spoken there. */
export const matrixDoors = ["tRPC", "REST", "OpenAI", "OpenAI Responses", "Anthropic", "Google"] as const;
export type MatrixDoor = (typeof matrixDoors)[number];

type Verb = { [V in keyof typeof ai]: (typeof ai)[V] extends { readonly skill: string } ? V : never }[keyof typeof ai];

const prompt = "Where is the station?";
const maxOutputTokens = 2_000;
const recording = waveOf({ seconds: 1 });

/** One logical call of each operation; whatever a vendor knows a model by. */
const inputs: Readonly<Record<Verb, Readonly<Record<string, unknown>>>> = {
  generateText: { prompt, maxOutputTokens },
  streamText: { prompt, maxOutputTokens },
  generateObject: {
    prompt,
    maxOutputTokens,
    // Any object fits: some vendors make one without being shown a schema.
    schema: { type: "object", properties: { place: { type: "string" } } },
  },
  embed: { values: [prompt] },
  rerank: { query: prompt, documents: ["The station is on the left.", "Bread is sold here."] },
  moderate: { content: [{ type: "text", text: prompt }] },
  generateImage: { prompt },
  generateSpeech: { text: prompt, voice: "alloy" },
  transcribe: { audio: { mediaType: "audio/wav", data: recording.toString("base64") } },
};

interface Dialect {
  /** Absent where it is always translated. */
  readonly native?: NativeDialect;
  readonly ask: (model: string) => RawAsk;
}

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RawAsk => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

const chat = (stream: boolean): Dialect => ({
  native: "openai.chat",
  ask: (model) =>
    post("/v1/chat/completions", {
      model,
      messages: [{ role: "user", content: prompt }],
      max_tokens: maxOutputTokens,
      stream,
    }),
});
const responses = (stream: boolean): Dialect => ({
  native: "openai.responses",
  ask: (model) => post("/v1/responses", { model, input: prompt, max_output_tokens: maxOutputTokens, stream }),
});
const messages = (stream: boolean): Dialect => ({
  native: "anthropic.messages",
  ask: (model) =>
    post(
      "/v1/messages",
      { model, messages: [{ role: "user", content: prompt }], max_tokens: maxOutputTokens, stream },
      { "anthropic-version": "2023-06-01" },
    ),
});
const contents = (method: string): Dialect => ({
  native: "google.generateContent",
  ask: (model) =>
    post(`/v1beta/models/${encodeURIComponent(model)}:${method}`, {
      contents: [{ role: "user", parts: [{ text: prompt }] }],
      generationConfig: { maxOutputTokens },
    }),
});

const form = (model: string): RawAsk => {
  const boundary = "a-boundary-of-the-matrix";
  const part = (head: string, body: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
      body,
      Buffer.from("\r\n"),
    ]);
  return {
    method: "POST",
    path: "/v1/audio/transcriptions",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([
      part('name="model"', Buffer.from(model)),
      part('name="file"; filename="a.wav"\r\ncontent-type: audio/wav', recording),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  };
};

/** How the doors of others' dialects are asked for an operation; the typed doors are asked for each. */
const dialects: Readonly<Record<Verb, { readonly [D in MatrixDoor]?: Dialect }>> = {
  generateText: {
    OpenAI: chat(false),
    "OpenAI Responses": responses(false),
    Anthropic: messages(false),
    Google: contents("generateContent"),
  },
  streamText: {
    OpenAI: chat(true),
    "OpenAI Responses": responses(true),
    Anthropic: messages(true),
    Google: contents("streamGenerateContent?alt=sse"),
  },
  generateObject: {},
  embed: {
    OpenAI: { native: "openai.embeddings", ask: (model) => post("/v1/embeddings", { model, input: [prompt] }) },
    Google: {
      native: "google.embedContent",
      ask: (model) =>
        post(`/v1beta/models/${encodeURIComponent(model)}:embedContent`, { content: { parts: [{ text: prompt }] } }),
    },
  },
  moderate: {
    OpenAI: { native: "openai.moderations", ask: (model) => post("/v1/moderations", { model, input: prompt }) },
  },
  rerank: {
    OpenAI: {
      ask: (model) =>
        post("/v1/rerank", { model, query: prompt, documents: ["The station is on the left.", "Bread is sold here."] }),
    },
  },
  generateImage: {
    OpenAI: { native: "openai.images", ask: (model) => post("/v1/images/generations", { model, prompt }) },
  },
  generateSpeech: {
    OpenAI: {
      native: "openai.speech",
      ask: (model) => post("/v1/audio/speech", { model, voice: "alloy", input: prompt }),
    },
  },
  transcribe: { OpenAI: { native: "openai.transcriptions", ask: form } },
};

const procedures = listProcedures();

const typed =
  (verb: Verb, askFor: AskFor) =>
  (model: string): RawAsk => {
    const procedure = procedures.find(({ name }) => name === `ai.${verb}`);
    if (procedure === undefined) throw new Error(`no procedure ai.${verb}`);
    return askFor(procedure, { model, ...inputs[verb] });
  };

const isVerb = (verb: string): verb is Verb => verb in dialects;

/** The operations that a model carries out. */
export const matrixVerbs: readonly Verb[] = Object.keys(dialects).filter(isVerb);

/** How a door is asked for an operation; undefined where it has none such. */
export const askAt = (verb: Verb, door: MatrixDoor): ((model: string) => RawAsk) | undefined => {
  if (door === "tRPC") return typed(verb, askOverTrpc);
  if (door === "REST") return typed(verb, askOverRest);
  return dialects[verb][door]?.ask;
};

/** The vendors that carry out an operation. */
export const vendorsOf = (verb: Verb): readonly string[] =>
  [...providers.values()].flatMap(({ id, ai: vendor }) =>
    vendor !== undefined && operationsOfVendor(vendor).some((operation) => operation.id === ai[verb].id) ? [id] : [],
  );

/** Whether the caller's bytes pass to a model of the vendor's, or are translated; undefined where the door has no such operation. */
export const roadOf = (verb: Verb, door: MatrixDoor, vendor: string): "typed" | "native" | "translated" | undefined => {
  if (door === "tRPC" || door === "REST") return "typed";
  const dialect = dialects[verb][door];
  if (dialect === undefined) return undefined;
  const { native } = dialect;
  const passes = native !== undefined && providers.get(vendor)?.ai?.native[native] !== undefined;
  return passes ? "native" : "translated";
};

export type { Verb as MatrixVerb };
