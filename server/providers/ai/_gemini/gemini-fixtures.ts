import {
  echo,
  refusedRequest,
  refusedKey,
  limited,
  expectNotAllowed,
  expectUnknownModel,
  down,
  type DialectFixtures,
} from "../../contract-fixtures.ts";

const googleError = (code: number, status: string, details: unknown[] = []) => ({
  error: { code, message: echo, status, details },
});
const googleUsage = {
  promptTokenCount: 20,
  cachedContentTokenCount: 8,
  candidatesTokenCount: 6,
  thoughtsTokenCount: 3,
  totalTokenCount: 29,
};
const googleAnswer = (parts: unknown, finishReason: string | undefined, usageMetadata: unknown) => ({
  candidates: [
    { content: { role: "model", parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) },
  ],
  usageMetadata,
  modelVersion: "gemini-test-001",
  responseId: "resp-1",
});

// Origin: ai.google.dev/api/generate-content, /api/embeddings, /gemini-api/docs/troubleshooting.
/** A vendor of Gemini's wire. */
export const geminiFixtures: DialectFixtures = {
  wire: "google",
  models: ["gemini-2.5-flash", "gemini-2.5-pro"],
  reasoner: "gemini-2.5-flash",
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, cacheRead: 8, output: 6, reasoning: 3 },
  responseModel: "gemini-test-001",
  answer: googleAnswer([{ text: "Grüß Gott, sun 🌞" }], "STOP", googleUsage),
  events: [
    googleAnswer([{ text: "Grüß Gott, " }], undefined, { promptTokenCount: 20, candidatesTokenCount: 2 }),
    googleAnswer([{ text: "sun 🌞" }], undefined, { promptTokenCount: 20, candidatesTokenCount: 6 }),
    googleAnswer([{ text: "" }], "STOP", googleUsage),
  ],
  contentEvents: 2,
  tail: "",
  toolAnswer: googleAnswer([{ functionCall: { name: "weather", args: { city: "Graz" } } }], "STOP", googleUsage),
  oddAnswer: googleAnswer([{ text: "x" }], "STOP", {
    promptTokenCount: 5,
    cachedContentTokenCount: 50,
    candidatesTokenCount: 1,
  }),
  oddReading: { units: { input: 5, cacheRead: 50, output: 1 }, final: true, notes: ["inconsistent_usage"] },
  errorEvent: googleError(503, "UNAVAILABLE"),
  errors: [
    { status: 400, body: googleError(400, "INVALID_ARGUMENT"), expect: refusedRequest },
    { status: 400, body: googleError(400, "INVALID_ARGUMENT", [{ reason: "API_KEY_INVALID" }]), expect: refusedKey },
    { status: 403, body: googleError(403, "PERMISSION_DENIED"), expect: expectNotAllowed },
    { status: 404, body: googleError(404, "NOT_FOUND"), expect: expectUnknownModel },
    {
      status: 429,
      body: googleError(429, "RESOURCE_EXHAUSTED", [{ retryDelay: "7s" }]),
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 500, body: googleError(500, "INTERNAL"), expect: down },
    { status: 503, body: googleError(503, "UNAVAILABLE"), expect: down },
    // Whether it is billed is not documented.
    {
      status: 504,
      body: googleError(504, "DEADLINE_EXCEEDED"),
      expect: { kind: "unknown", code: "PROVIDER_TIMEOUT", about: "route" },
    },
  ],
  outputLimit: (body) => [(body.generationConfig as { maxOutputTokens?: unknown } | undefined)?.maxOutputTokens],
  fetchesNoImages: true,
  embedding: { answer: { embeddings: [{ values: [0.5, -1] }, { values: [1, 2] }] }, units: null },
};
