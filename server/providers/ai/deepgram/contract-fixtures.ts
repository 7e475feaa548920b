import {
  broke,
  down,
  echo,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type VendorFixtures,
} from "../../contract-fixtures.ts";

// Origin: developers.deepgram.com/docs/errors, /docs/text-to-speech, /docs/pre-recorded-audio
const refusal = (err_code: string, err_msg: string) => ({
  err_code,
  err_msg,
  request_id: "dg-of-the-exam",
});

const answer = {
  metadata: {
    request_id: "dg-of-the-exam",
    sha256: "0",
    created: "2026-11-30T00:00:00Z",
    duration: 1.2,
    channels: 1,
  },
  results: {
    channels: [
      {
        alternatives: [{ transcript: "Good morning.", confidence: 0.99, words: [] }],
        detected_language: "en",
      },
    ],
  },
};

export const contractFixtures: VendorFixtures = {
  responseModel: undefined,
  errors: [
    {
      status: 400,
      body: refusal("INVALID_QUERY_PARAMETER", echo),
      expect: refusedRequest,
    },
    {
      status: 400,
      body: refusal("Bad Request", "Bad Request: No such model/language/tier combination found."),
      expect: expectUnknownModel,
    },
    {
      status: 400,
      body: {
        category: "INVALID_JSON",
        message: "Invalid JSON submitted.",
        details: "missing field `text`",
      },
      expect: refusedRequest,
    },
    {
      status: 401,
      body: refusal("INVALID_AUTH", "Invalid credentials."),
      expect: refusedKey,
    },
    {
      status: 401,
      body: refusal("INSUFFICIENT_PERMISSIONS", "User does not have sufficient permissions."),
      expect: expectUnknownModel,
    },
    {
      status: 402,
      body: refusal("ASR_PAYMENT_REQUIRED", "Project does not have enough credits for an ASR request."),
      expect: broke,
    },
    {
      status: 403,
      body: refusal("INSUFFICIENT_PERMISSIONS", "Project does not have access to the requested model."),
      expect: expectUnknownModel,
    },
    {
      status: 429,
      body: refusal("TOO_MANY_REQUESTS", "Too many requests. Please try again later"),
      headers: { "retry-after": "2" },
      expect: { ...limited, retryAfterMs: 2_000 },
    },
    // That nothing was billed, Deepgram does not say.
    {
      status: 503,
      body: {
        error_code: "Service Unavailable",
        err_msg: "Please try again later",
      },
      expect: { ...down, kind: "unknown" },
    },
  ],
  speech: {
    units: { character: 12 },
    headers: { "dg-char-count": "12", "dg-request-id": "dg-of-the-exam" },
    path: "/speak?model=model-x-thalia-en&encoding=mp3",
    body: { text: "Good morning" },
  },
  transcript: {
    answer,
    units: { second: 2 },
    path: "/listen?model=model-x&smart_format=true&language=en",
    sent: [],
    unreadable: [
      {},
      { ...answer, results: { channels: [] } },
      { ...answer, results: { channels: [{ alternatives: [7] }] } },
    ],
  },
};
