import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

const verdict = {
  flagged: true,
  categories: { violence: true, hate: false, illicit: null },
  category_scores: { violence: 0.97, hate: 0, illicit: "none" },
  category_applied_input_types: { violence: ["text", "image"], hate: ["text"] },
};
const answerOf = (results: unknown): unknown => ({ id: "modr-1", model: "model-2026-01-01", results });

// Origin: platform.openai.com/docs/api-reference/moderations.
const moderation: DialectFixtures["moderation"] = {
  answer: answerOf([verdict]),
  units: { request: 1 },
  result: { flagged: true, categories: { violence: true, hate: false }, scores: { violence: 0.97, hate: 0 } },
  path: "/moderations",
  body: {
    model: "model-x",
    input: [
      { type: "text", text: "Look at this" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "image_url", image_url: { url: "https://pictures.example.com/a.png" } },
    ],
  },
  unreadable: [
    answerOf([]),
    answerOf([verdict, verdict]),
    answerOf([{ ...verdict, flagged: "false" }]),
    answerOf(verdict),
    {},
  ],
};

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const imageUsage = {
  total_tokens: 862,
  input_tokens: 42,
  output_tokens: 820,
  input_tokens_details: { text_tokens: 30, image_tokens: 12 },
  output_tokens_details: { image_tokens: 816, text_tokens: 4 },
};

// Origin: platform.openai.com/docs/api-reference/images/object.
const image: DialectFixtures["image"] = {
  answer: { created: 1, data: [{ b64_json: png }, { b64_json: png }], usage: imageUsage },
  units: { input: 30, inputImage: 12, output: 4, outputImage: 816 },
  path: "/images/generations",
  body: {
    model: "model-x",
    n: 2,
    prompt: "A boat",
    size: "1024x1536",
    quality: "low",
    background: "opaque",
    output_format: "png",
    response_format: "b64_json",
  },
  unreadable: [
    { created: 1, data: [], usage: imageUsage },
    { created: 1, data: [{ b64_json: "bm90IGFuIGltYWdl" }], usage: imageUsage },
    { created: 1, data: [{ url: "https://pictures.example.com/a.png" }] },
    { created: 1 },
    {},
  ],
};

// Origin: platform.openai.com/docs/api-reference/images/createEdit.
const imageEdit: DialectFixtures["imageEdit"] = {
  path: "/images/edits",
  sent: [
    'name="model"\r\n\r\nmodel-x',
    'name="n"\r\n\r\n2',
    'name="prompt"\r\n\r\nA boat',
    'name="input_fidelity"\r\n\r\nhigh',
    'name="moderation"\r\n\r\nlow',
    'name="image"; filename="file.png"\r\nContent-Type: image/png',
    'name="mask"; filename="file.png"',
  ],
};

// Origin: platform.openai.com/docs/api-reference/audio/createSpeech; the text has 12 characters.
const speech: DialectFixtures["speech"] = {
  units: { character: 12 },
  path: "/audio/speech",
  body: { model: "model-x", input: "Good morning", voice: "alloy", response_format: "mp3" },
};

// Origin: platform.openai.com/docs/api-reference/audio/json-object.
const transcript: DialectFixtures["transcript"] = {
  answer: {
    text: "Good morning.",
    usage: {
      type: "tokens",
      input_tokens: 14,
      input_token_details: { text_tokens: 4, audio_tokens: 10 },
      output_tokens: 5,
      total_tokens: 19,
    },
  },
  units: { input: 4, inputAudio: 10, output: 5 },
  path: "/audio/transcriptions",
  sent: [
    'name="model"\r\n\r\nmodel-x',
    'name="language"\r\n\r\nen',
    'name="prompt"',
    'filename="file.mp3"',
    "audio/mpeg",
  ],
  unreadable: [{}, { text: 7 }, { text: null, usage: { type: "duration", seconds: 2 } }],
};

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["gpt-4o-mini", "gpt-4o"],
  image,
  imageEdit,
  moderation,
  speech,
  transcript,
  reasoner: "gpt-5-mini",
};
