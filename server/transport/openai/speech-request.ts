import { z } from "zod";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { speechFields } from "./openai-fields.ts";

/** Body of POST /v1/audio/speech. */
export const SpeechRequest = z.looseObject({
  model: ModelName,
  input: z.string().min(1).max(40_000),
  voice: z.string().min(1).max(128),
  instructions: z.string().max(4_096).optional(),
  response_format: z.enum(["mp3", "opus", "aac", "flac", "wav", "pcm"]).optional(),
  speed: z.number().min(0.25).max(4).optional(),
  stream_format: z.enum(["sse", "audio"]).optional(),
});
export type SpeechRequest = z.infer<typeof SpeechRequest>;

export const parseSpeechRequest = (body: unknown): SpeechRequest => {
  const request = parseInput(SpeechRequest, body);
  requireKnownFields(asRecord(body), speechFields);
  return request;
};
