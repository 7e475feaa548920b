import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { StreamRequest } from "../../families/family.ts";
import { aiAnswer, aiStream, type AiRequest } from "../../families/ai/index.ts";
import { call, stream } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { asRecord } from "./as-record.ts";
import { DialectCall } from "./dialect-call.ts";
import type { TextDialect } from "./dialect.ts";
import { sseReply } from "./sse-reply.ts";
import { decodeWireAnswer, encodeWireAnswer } from "./wire-answer.ts";
import { wireReply } from "./wire-reply.ts";

/** The most a request for text may weigh. */
export const maxBodyBytes = 24 * 1024 * 1024;

/** A request for text, read and checked. */
export interface AskedInDialect<R> {
  /** As the caller wrote it. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly asked: R;
  /** Of all that is asked, what the gateway adds to it included. */
  readonly byteLength: number;
  /** What it came with; its body is read already. */
  readonly request: DoorRequest;
  /** Of a stream. */
  readonly onReserved?: StreamRequest<Uint8Array>["onReserved"];
}

/** Answers a request for text in its own dialect, for any vendor. */
export const answerInDialect = async <R extends { readonly model: string }>(
  dialect: TextDialect<R>,
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  return answerAsked(
    dialect,
    gateway,
    { body: asRecord(value), asked: dialect.parse(value), byteLength, request },
    ctx,
  );
};

/** The same for a request that is read already. */
export const answerAsked = async <R extends { readonly model: string }>(
  dialect: TextDialect<R>,
  gateway: Gateway,
  { body, asked, byteLength, request, onReserved }: AskedInDialect<R>,
  ctx: CallContext,
): Promise<DoorReply> => {
  const made = new DialectCall(
    dialect,
    {
      body,
      request: asked,
      headers: dialect.nativeHeaders(request),
      withheld: [...(dialect.withheldHeaders?.(request) ?? []), ...(dialect.decided?.(asked) ?? [])],
    },
    gateway.clock,
  );
  const streams = dialect.streams(asked);
  const metered: AiRequest = {
    operation: streams ? ai.streamText : ai.generateText,
    requestedModel: asked.model,
    dialect: dialect.id,
    ...dialect.measure(asked, byteLength),
    heldField: dialect.heldField(asked),
    input: dialect.identity?.(body) ?? body,
  };
  return streams
    ? streamed(dialect, gateway, made, { ...metered, onReserved }, ctx)
    : answered(dialect, gateway, made, metered, ctx);
};

type AnyCall = Pick<DialectCall<{ readonly model: string }>, "answer" | "open" | "warnings">;

const answered = async <R extends { readonly model: string }>(
  dialect: TextDialect<R>,
  gateway: Gateway,
  made: AnyCall,
  metered: AiRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const answer = await call(
    gateway,
    aiAnswer(metered, {
      run: (vendor, io) => made.answer(vendor, io),
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    }),
    ctx,
  );
  await dialect.settled?.();
  return wireReply(answer, ctx.requestId);
};

const same = (bytes: Uint8Array): Uint8Array => bytes;

const streamed = async <R extends { readonly model: string }>(
  dialect: TextDialect<R>,
  gateway: Gateway,
  made: AnyCall,
  { onReserved, ...metered }: AiRequest & Pick<StreamRequest<Uint8Array>, "onReserved">,
  ctx: CallContext,
): Promise<DoorReply> => {
  const asked = aiStream(metered, {
    open: (vendor, io) => made.open(vendor, io),
    encodeChunk: same,
    decodeChunk: same,
  });
  const reply = await stream(gateway, { ...asked, onReserved }, ctx);
  const { settled } = dialect;
  const end =
    settled === undefined
      ? reply.end
      : reply.end.then(async (ended) => {
          await settled();
          return ended;
        });
  const { requestId } = ctx;
  return sseReply(gateway, {
    reply: { ...reply, end },
    ending: dialect.ending(requestId),
    requestId,
    warnings: made.warnings,
  });
};
