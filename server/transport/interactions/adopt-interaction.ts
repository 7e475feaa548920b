import type { WireObject } from "../../domain/responses/index.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import { documentOf, interactionEvent, interactionIn } from "./interaction-events.ts";
import { ownMembers } from "./interaction-object.ts";
import type { InteractionRequest } from "./interaction-request.ts";

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Google's own answer, with what Nexus says of an interaction in place of what the vendor does. */
export const adoptInteraction = (
  body: Uint8Array,
  request: InteractionRequest,
  { operationId }: AnswerOrigin,
): Uint8Array => {
  const interaction: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
  if (!isRecord(interaction)) return body;
  const { id: _id, ...rest } = interaction;
  return Buffer.from(JSON.stringify({ ...ownMembers(request, operationId), ...rest }));
};

const aboutIt = /^event: ?interaction\./;

/** Events of steps pass as they are; those about the whole interaction get its id. The vendor's own ending is dropped. */
const adoptEvent = (bytes: Uint8Array, request: InteractionRequest, operationId: string): Uint8Array | undefined => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 32)).toString("latin1");
  if (head.startsWith("event: done")) return undefined;
  if (!aboutIt.test(head)) return bytes;
  const { event_type: type, event_id: _event, interaction_id: _id, ...members } = documentOf(bytes) ?? {};
  if (typeof type !== "string") return bytes;
  const own = ownMembers(request, operationId);
  const whole = interactionIn(members);
  if (whole === undefined)
    return Buffer.from(
      interactionEvent(type, { ...(own["id"] === undefined ? {} : { interaction_id: own["id"] }), ...members }),
    );
  const { id: _vendors, ...rest } = whole;
  return Buffer.from(interactionEvent(type, { ...members, interaction: { ...own, ...rest } }));
};

/** The same of a stream. One that stops short of its end fails. */
export const adoptInteractionEvents = (
  streaming: Streaming<Uint8Array>,
  request: InteractionRequest,
  origin: () => AnswerOrigin,
): Streaming<Uint8Array> => {
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for await (const bytes of streaming.chunks) {
      const own = adoptEvent(bytes, request, origin().operationId);
      if (own !== undefined) yield own;
    }
    const { complete, vendorRequestId } = streaming.meter();
    if (!complete) throw endedEarly(vendorRequestId);
  }
  return { chunks: chunks(), meter: streaming.meter };
};
