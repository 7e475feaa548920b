import type { ObjectShape } from "../shape.ts";

/** POST /audio/speech: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const speechShape: ObjectShape = {
  fields: {
    input: "string",
    model: "string",
    voice: "string",
    instructions: "string",
    response_format: { words: ["mp3", "opus", "aac", "flac", "wav", "pcm"] },
    speed: "number",
    stream_format: { words: ["sse", "audio"] },
  },
  required: ["input", "voice"],
};

const text = "string";

/** POST /audio/transcriptions, whose fields are texts: https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const transcriptionShape: ObjectShape = {
  fields: {
    file: "object",
    model: text,
    chunking_strategy: text,
    "include[]": { list: text },
    language: text,
    prompt: text,
    response_format: { words: ["json", "text", "srt", "verbose_json", "vtt"] },
    stream: { words: ["true", "false"] },
    temperature: text,
    "timestamp_granularities[]": { list: { words: ["word", "segment"] } },
  },
  required: ["file"],
};
