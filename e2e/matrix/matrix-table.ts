import { ai } from "../../server/contracts/ai.ts";
import type { NativeDialect } from "../../server/contracts/ai-vendor.ts";
import { operationsOfVendor } from "../../server/families/ai/index.ts";
import { providers } from "../../server/providers/index.ts";
import { askOverRest, askOverTrpc, type AskFor, type RawAsk } from "../../test/send-raw.ts";
import { pngOf, waveOf } from "../../test/media-files.ts";
import { listProcedures } from "../../server/transport/trpc/procedure-list.ts";

/** The doors behind which the AI family stands, by the dialect that is spoken there. */
export const matrixDoors = [
  "tRPC",
  "REST",
  "OpenAI",
  "OpenAI Responses",
  "the same in the background",
  "Anthropic",
  "Google",
  "Google Interactions",
] as const;
export type MatrixDoor = (typeof matrixDoors)[number];

type Verb = {
  [V in keyof typeof ai]: (typeof ai)[V] extends { readonly skill: string } ? V : never;
}[keyof typeof ai];

const prompt = "Where is the station?";
const maxOutputTokens = 2_000;
const recording = waveOf({ seconds: 1 });
const picture = pngOf(640, 480);

/** A call whose operation has others beside it: of the same verb, and asked for elsewhere. */
const variants = {
  editImage: "generateImage",
  searchText: "generateText",
  streamSearch: "streamText",
  streamTranscript: "transcribe",
  streamImage: "generateImage",
  answerAloud: "generateText",
  streamAloud: "streamText",
} as const satisfies Readonly<Record<string, Verb>>;
type MatrixCall = Verb | keyof typeof variants;

const isVariant = (of: MatrixCall): of is keyof typeof variants => Object.hasOwn(variants, of);

/** The operation that a call is one of. */
export const verbOf = (of: MatrixCall): Verb => (isVariant(of) ? variants[of] : of);

/** One logical call of each operation; whatever a vendor knows a model by. */
const inputs: Readonly<Record<MatrixCall, Readonly<Record<string, unknown>>>> = {
  generateText: { prompt, maxOutputTokens },
  streamText: { prompt, maxOutputTokens },
  searchText: { prompt, maxOutputTokens, webSearch: { maxUses: 2 } },
  streamSearch: { prompt, maxOutputTokens, webSearch: { maxUses: 2 } },
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
  editImage: { prompt, files: [{ mediaType: "image/png", data: picture.toString("base64") }] },
  streamImage: { prompt },
  startVideo: { prompt },
  generateSpeech: { text: prompt },
  transcribe: { audio: { mediaType: "audio/wav", data: recording.toString("base64") } },
  streamTranscript: { audio: { mediaType: "audio/wav", data: recording.toString("base64") } },
  answerAloud: {},
  streamAloud: {},
  realtime: {},
};

/** Voices are called otherwise at each vendor; OpenAI's clients name one of its own. */
const voices: Readonly<Record<string, string>> = { elevenlabs: "JBFqnCBsd6RMkjVDRZzb", deepgram: "thalia" };
const voiceAt = (model: string): string => voices[model.split("/", 1)[0] ?? ""] ?? "alloy";

interface Dialect {
  /** Absent where it is always translated. */
  readonly native?: NativeDialect;
  /** It has no other road: what is asked for passes, event by event, over a WebSocket that is opened so. */
  readonly socket?: true;
  readonly ask: (model: string) => RawAsk;
}

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RawAsk => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

type Fields = Readonly<Record<string, unknown>>;

const chat = (stream: boolean, fields: Fields = {}): Dialect => ({
  native: "openai.chat",
  ask: (model) =>
    post("/v1/chat/completions", {
      model,
      messages: [{ role: "user", content: prompt }],
      max_tokens: maxOutputTokens,
      stream,
      ...fields,
    }),
});
const responses = (how: Fields): Dialect => ({
  native: "openai.responses",
  ask: (model) => post("/v1/responses", { model, input: prompt, max_output_tokens: maxOutputTokens, ...how }),
});
const messages = (stream: boolean, fields: Fields = {}): Dialect => ({
  native: "anthropic.messages",
  ask: (model) =>
    post(
      "/v1/messages",
      { model, messages: [{ role: "user", content: prompt }], max_tokens: maxOutputTokens, stream, ...fields },
      { "anthropic-version": "2023-06-01" },
    ),
});
const contents = (method: string, fields: Fields = {}): Dialect => ({
  native: "google.generateContent",
  ask: (model) =>
    post(`/v1beta/models/${encodeURIComponent(model)}:${method}`, {
      contents: [{ role: "user", parts: [{ text: prompt }] }],
      generationConfig: { maxOutputTokens },
      ...fields,
    }),
});

const interactions = (stream: boolean, more: object = {}): Dialect => ({
  ask: (model) =>
    post("/v1beta/interactions", {
      model,
      input: prompt,
      generation_config: { max_output_tokens: maxOutputTokens },
      stream,
      ...more,
    }),
});

const form = (path: string, texts: Readonly<Record<string, string>>, file: string, bytes: Buffer): RawAsk => {
  const boundary = "a-boundary-of-the-matrix";
  const part = (head: string, body: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
      body,
      Buffer.from("\r\n"),
    ]);
  return {
    method: "POST",
    path,
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([
      ...Object.entries(texts).map(([name, text]) => part(`name="${name}"`, Buffer.from(text))),
      part(file, bytes),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  };
};

const transcription = (fields: Readonly<Record<string, string>>): Dialect => ({
  native: "openai.transcriptions",
  ask: (model) =>
    form(
      "/v1/audio/transcriptions",
      { model, ...fields },
      'name="file"; filename="a.wav"\r\ncontent-type: audio/wav',
      recording,
    ),
});

/** How OpenAI's chat asks for an answer that is spoken. */
const aloud = (format: string): Fields => ({ modalities: ["text", "audio"], audio: { voice: "alloy", format } });

/** How each dialect asks for a search of the web. */
const searching = {
  chat: { web_search_options: {} },
  responses: { tools: [{ type: "web_search" }], max_tool_calls: 2 },
  messages: { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 2 }] },
  contents: { tools: [{ google_search: {} }] },
  interactions: { tools: [{ type: "google_search" }] },
} as const;

/** How the doors of others' dialects are asked for an operation; the typed doors are asked for each. */
const dialects: Readonly<Record<MatrixCall, { readonly [D in MatrixDoor]?: Dialect }>> = {
  generateText: {
    OpenAI: chat(false),
    "OpenAI Responses": responses({}),
    Anthropic: messages(false),
    Google: contents("generateContent"),
    "Google Interactions": interactions(false),
  },
  streamText: {
    OpenAI: chat(true),
    "OpenAI Responses": responses({ stream: true }),
    "the same in the background": responses({ background: true }),
    Anthropic: messages(true),
    Google: contents("streamGenerateContent?alt=sse"),
    "Google Interactions": interactions(true),
  },
  // Chat completions have no search of their own: what they ask for is carried out by another dialect.
  searchText: {
    OpenAI: { ask: chat(false, searching.chat).ask },
    "OpenAI Responses": responses(searching.responses),
    Anthropic: messages(false, searching.messages),
    Google: contents("generateContent", searching.contents),
    "Google Interactions": interactions(false, searching.interactions),
  },
  streamSearch: {
    OpenAI: { ask: chat(true, searching.chat).ask },
    "OpenAI Responses": responses({ stream: true, ...searching.responses }),
    "the same in the background": responses({ background: true, ...searching.responses }),
    Anthropic: messages(true, searching.messages),
    Google: contents("streamGenerateContent?alt=sse", searching.contents),
    "Google Interactions": interactions(true, searching.interactions),
  },
  generateObject: {},
  startVideo: {},
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
  streamImage: {
    OpenAI: {
      native: "openai.images",
      ask: (model) => post("/v1/images/generations", { model, prompt, stream: true }),
    },
  },
  editImage: {
    OpenAI: {
      native: "openai.images",
      ask: (model) =>
        form(
          "/v1/images/edits",
          { model, prompt },
          'name="image"; filename="a.png"\r\ncontent-type: image/png',
          picture,
        ),
    },
  },
  generateSpeech: {
    OpenAI: {
      native: "openai.speech",
      ask: (model) => post("/v1/audio/speech", { model, voice: voiceAt(model), input: prompt }),
    },
  },
  transcribe: { OpenAI: transcription({}) },
  // Whole, of models that do not stream.
  streamTranscript: { OpenAI: transcription({ stream: "true" }) },
  answerAloud: { OpenAI: chat(false, aloud("mp3")) },
  streamAloud: { OpenAI: chat(true, aloud("pcm16")) },
  realtime: {
    OpenAI: {
      socket: true,
      ask: (model) => ({ method: "GET", path: `/v1/realtime?model=${encodeURIComponent(model)}` }),
    },
  },
};

/** Asked for over a WebSocket alone. */
export const isSocketCall = (asked: MatrixCall): boolean => Object.values(dialects[asked]).some(({ socket }) => socket);

const isAloud = (asked: MatrixCall): boolean => asked === "answerAloud" || asked === "streamAloud";

/** Whether the typed doors have it: what passes as it is at a vendor's own door alone has no input of theirs. */
export const isTyped = (asked: MatrixCall): boolean => !isSocketCall(asked) && !isAloud(asked);

const procedures = listProcedures();

const typed =
  (asked: MatrixCall, askFor: AskFor) =>
  (model: string): RawAsk => {
    const verb = verbOf(asked);
    const procedure = procedures.find(({ name }) => name === ai[verb].id);
    if (procedure === undefined) throw new Error(`no procedure ai.${verb}`);
    return askFor(procedure, { model, ...inputs[asked] });
  };

const isCall = (name: string): name is MatrixCall => name in dialects;

/** What a model carries out. */
export const matrixCalls: readonly MatrixCall[] = Object.keys(dialects).filter(isCall);

/** How a door is asked for an operation; undefined where it has none such. */
export const askAt = (asked: MatrixCall, door: MatrixDoor): ((model: string) => RawAsk) | undefined => {
  if (!isTyped(asked)) return dialects[asked][door]?.ask;
  if (door === "tRPC") return typed(asked, askOverTrpc);
  if (door === "REST") return typed(asked, askOverRest);
  return dialects[asked][door]?.ask;
};

const searches = (asked: MatrixCall): boolean => asked === "searchText" || asked === "streamSearch";

/** The vendors that carry out an operation. */
export const vendorsOf = (asked: MatrixCall): readonly string[] =>
  [...providers.values()].flatMap(({ id, ai: vendor, models }) =>
    vendor !== undefined &&
    (!searches(asked) || models?.webSearch?.models !== undefined) &&
    (!isAloud(asked) || models?.speaks !== undefined) &&
    operationsOfVendor(vendor).some((operation) => operation.id === ai[verbOf(asked)].id)
      ? [id]
      : [],
  );

/** Whether the caller's bytes pass to a model of the vendor's, or are translated; undefined where the door has no such operation. */
export const roadOf = (
  asked: MatrixCall,
  door: MatrixDoor,
  vendor: string,
): "typed" | "native" | "translated" | undefined => {
  const dialect = dialects[asked][door];
  if (!isTyped(asked)) return dialect === undefined ? undefined : "native";
  if (door === "tRPC" || door === "REST") return "typed";
  if (dialect === undefined) return undefined;
  const { native } = dialect;
  const passes = native !== undefined && providers.get(vendor)?.ai?.native[native] !== undefined;
  return passes ? "native" : "translated";
};

export type { MatrixCall };
