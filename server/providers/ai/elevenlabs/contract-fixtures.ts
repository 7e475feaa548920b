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

// Origin: elevenlabs.io/docs/api-reference/text-to-speech/convert, /speech-to-text/convert, /eleven-api/resources/errors,
// help.elevenlabs.io/hc/en-us/articles/19572237925521
const refusal = (status: string, message: string) => ({
  detail: { status, message },
});

export const contractFixtures: VendorFixtures = {
  responseModel: undefined,
  errors: [
    {
      status: 400,
      body: refusal("voice_not_found", echo),
      expect: refusedRequest,
    },
    {
      status: 400,
      body: refusal("model_not_found", "A model with model ID model-x does not exist."),
      expect: expectUnknownModel,
    },
    {
      status: 401,
      body: refusal("invalid_api_key", "Invalid API key"),
      expect: refusedKey,
    },
    {
      status: 401,
      body: refusal("quota_exceeded", "This request exceeds your quota of 10000. You have 12 credits remaining."),
      expect: broke,
    },
    {
      status: 422,
      body: {
        detail: [
          {
            type: "missing",
            loc: ["body", "text"],
            msg: "Field required",
            input: {},
          },
        ],
      },
      expect: refusedRequest,
    },
    {
      status: 429,
      body: refusal("too_many_concurrent_requests", "Too many concurrent requests."),
      headers: { "retry-after": "2" },
      expect: { ...limited, retryAfterMs: 2_000 },
    },
    // In no words of the vendor's own: whether anything was done, nobody knows.
    {
      status: 500,
      body: { detail: "Internal server error" },
      expect: { ...down, kind: "unknown" },
    },
    {
      status: 503,
      body: refusal("system_busy", "Our services are experiencing high traffic."),
      expect: { ...down, kind: "unknown" },
    },
  ],
  speech: {
    units: { character: 12 },
    headers: { "character-cost": "12", "request-id": "req_of_the_exam" },
    path: "/text-to-speech/JBFqnCBsd6RMkjVDRZzb?output_format=mp3_44100_128",
    body: { text: "Good morning", model_id: "model-x" },
  },
  transcript: {
    answer: {
      language_code: "en",
      language_probability: 0.98,
      text: "Good morning.",
      words: [],
      transcription_id: "tr_of_the_exam",
      audio_duration_secs: 1.2,
    },
    units: { second: 2 },
    path: "/speech-to-text",
    sent: [
      "model-x",
      'name="language_code"\r\n\r\nen',
      'name="file"; filename="file.mp3"',
      'name="tag_audio_events"\r\n\r\nfalse',
    ],
    unreadable: [{}, { text: 7 }, { text: null, audio_duration_secs: 1.2 }],
  },
};
