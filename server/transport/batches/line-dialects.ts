import { ai } from "../../contracts/ai.ts";
import type { batchEndpoints } from "../../contracts/ai/batches.ts";
import type { RequestLimits } from "../../contracts/request-limits.ts";
import { sizeOfInput, type AiRequest } from "../../families/ai/index.ts";
import { messagesDialect } from "../anthropic/messages-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { NativeTextDialect } from "../dialect/dialect.ts";
import { withVendorFiles } from "../dialect/with-vendor-files.ts";
import { NexusError } from "../../errors.ts";
import { chatDialect } from "../openai/chat-dialect.ts";
import { parseEmbeddingsRequest } from "../openai/embeddings-request.ts";
import { ownItems, parseResponsesRequest } from "../responses/responses-request.ts";
import { responsesDialect } from "../responses/responses-dialect.ts";

/** One request of a batch, read and checked like a call of its own. */
interface ReadLine {
  readonly request: AiRequest;
  /** As it goes out, within what is reserved for it. */
  readonly outgoing: (limits: RequestLimits) => Record<string, unknown>;
}

const refused = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const textLine = <R extends { readonly model: string }>(
  dialect: NativeTextDialect<R>,
  asked: R,
  body: Readonly<Record<string, unknown>>,
  byteLength: number,
): ReadLine => {
  if (dialect.streams(asked)) throw refused("stream", "absent or false: a batch has no streams");
  const measured = dialect.measure(asked, byteLength);
  if (measured.needs.search === true) throw refused("tools", "no search of the web, which has no price in a batch");
  const { spoken } = measured.needs;
  if (spoken !== undefined) throw refused(spoken, "no spoken answer, which has no price in a batch");
  return {
    request: {
      operation: ai.generateText,
      requestedModel: asked.model,
      dialect: dialect.id,
      ...measured,
      heldField: dialect.heldField(asked),
      input: body,
    },
    outgoing: (limits) => withVendorFiles(dialect.nativeBody(body, asked, limits), limits),
  };
};

const readChat = (value: unknown, byteLength: number): ReadLine =>
  textLine(chatDialect, chatDialect.parse(value), asRecord(value), byteLength);

const readMessages = (value: unknown, byteLength: number): ReadLine =>
  textLine(messagesDialect, messagesDialect.parse(value), asRecord(value), byteLength);

/** What is kept between requests is kept for those that are answered while their caller waits. */
const readResponse = (value: unknown, byteLength: number): ReadLine => {
  const asked = parseResponsesRequest(value);
  for (const field of ["previous_response_id", "conversation"] as const)
    if (asked[field] !== undefined && asked[field] !== null)
      throw refused(field, "absent: each request of a batch brings its whole conversation");
  if (asked.background === true) throw refused("background", "absent or false");
  const dialect = responsesDialect({ request: asked, items: ownItems(asked) });
  return textLine(dialect, asked, asRecord(value), byteLength);
};

const readEmbeddings = (value: unknown, byteLength: number): ReadLine => {
  const asked = parseEmbeddingsRequest(value);
  const body = asRecord(value);
  return {
    request: {
      operation: ai.embed,
      requestedModel: asked.model,
      dialect: "openai.embeddings",
      needs: { tools: false, images: false, json: false },
      size: sizeOfInput(byteLength),
      input: body,
    },
    outgoing: ({ model }) => ({ ...body, model }),
  };
};

/** Reads the body of a request of a batch, by its endpoint; throws INVALID_INPUT. */
export const lineReaders: {
  readonly [E in (typeof batchEndpoints)[number]]: (body: unknown, byteLength: number) => ReadLine;
} = {
  "/v1/chat/completions": readChat,
  "/v1/responses": readResponse,
  "/v1/embeddings": readEmbeddings,
  "/v1/messages": readMessages,
};
