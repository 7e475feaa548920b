import type { Streaming } from "../../contracts/vendor-call.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import { asRecord } from "../dialect/as-record.ts";
import { eventDocument } from "../dialect/event-document.ts";
import { lifecycleOf, responseEvent } from "./response-events.ts";
import { ownMembers } from "./response-object.ts";
import type { ResponsesRequest } from "./responses-request.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** OpenAI's own answer, with what Nexus says of a response in place of what the vendor does. */
export const adoptResponse = (
  body: Uint8Array,
  request: ResponsesRequest,
  { operationId }: AnswerOrigin,
): Uint8Array => {
  const response: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
  return isRecord(response) ? Buffer.from(JSON.stringify({ ...response, ...ownMembers(request, operationId) })) : body;
};

const adoptEvent = (bytes: Uint8Array, request: ResponsesRequest, operationId: string): Uint8Array => {
  if (lifecycleOf(bytes) === undefined) return bytes;
  const { type, response, ...rest } = eventDocument(bytes) ?? {};
  if (typeof type !== "string" || !isRecord(response)) return bytes;
  const own = { ...asRecord(response), ...ownMembers(request, operationId) };
  return Buffer.from(responseEvent(type, { response: own, ...rest }));
};

/** The same of a stream: events that carry no response pass as they are. A stream that stops short of its end fails. */
export const adoptResponseEvents = (
  streaming: Streaming<Uint8Array>,
  request: ResponsesRequest,
  origin: () => AnswerOrigin,
): Streaming<Uint8Array> => {
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for await (const bytes of streaming.chunks) yield adoptEvent(bytes, request, origin().operationId);
    const { complete, vendorRequestId } = streaming.meter();
    if (!complete) throw endedEarly(vendorRequestId);
  }
  return { chunks: chunks(), meter: streaming.meter };
};
