import { parseSseEvent } from "../../contracts/sse-event.ts";
import type { NexusFacts } from "../../contracts/nexus-facts.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import type { TextDialect } from "../dialect/dialect.ts";
import { encodeGenerateContent } from "./encode-candidate.ts";
import { encodeContentStream } from "./encode-content-stream.ts";
import { googleErrorBody } from "./encode-google-error.ts";
import { parseGenerateContent, type GenerateContentAsked } from "./generate-content-request.ts";
import { measureContents } from "./measure-contents.ts";
import { ownSignaturesOnly } from "./own-signatures-only.ts";
import { withGoogleFiles } from "./with-google-files.ts";
import { translateGenerateContent } from "./translate-generate-content.ts";

/** A key, not text that mentions one: inside strings the quotes are escaped. */
const lastMark = Buffer.from('"finishReason"');

const withFacts = (chunk: Uint8Array, facts: NexusFacts): Uint8Array => {
  const { data } = parseSseEvent(Buffer.from(chunk), true);
  if (data === undefined) return chunk;
  return Buffer.concat([Buffer.from("data: "), appendFacts(Buffer.from(data), facts), Buffer.from("\n\n")]);
};

/** How Google's streams end: with a last piece, and nothing behind it. Its clients take no comments. */
const ending: TextDialect<GenerateContentAsked>["ending"] = (requestId) => ({
  done: "",
  failed: (error) => `data: ${googleErrorBody(error, requestId)}\n\n`,
  holdsBack: (event) => Buffer.from(event).includes(lastMark),
  withFacts,
  keepAlive: "\n\n",
});

/** Google's generateContent, or its stream; the model stands in the address. */
export const generateContentDialect = (model: string, streams: boolean): TextDialect<GenerateContentAsked> => ({
  id: "google.generateContent",
  path: streams ? "/models/{model}:streamGenerateContent?alt=sse" : "/models/{model}:generateContent",
  parse: (body) => parseGenerateContent(body, model),
  identity: (body) => ({ model, body }),
  streams: () => streams,
  measure: measureContents,
  // What lies at the vendor is refused by its field.
  heldField: () => undefined,
  nativeHeaders: () => ({}),
  nativeBody: (_body, { request }, io) => ({
    ...request,
    contents: withGoogleFiles(ownSignaturesOnly(request.contents), io),
  }),
  includeUsage: () => true,
  translate: translateGenerateContent,
  encodeAnswer: encodeGenerateContent,
  encodeStream: encodeContentStream,
  isEnding: () => false,
  ending,
});
