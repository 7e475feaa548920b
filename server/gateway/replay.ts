import type { CallContext } from "../contracts/call-context.ts";
import { NexusFacts } from "../contracts/nexus-facts.ts";
import { idempotencyKeyOf, readFirstAnswer } from "../domain/idempotency/index.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest, AnswerRequest, CallRequest, StreamRequest } from "../families/family.ts";
import type { Gateway } from "./gateway.ts";
import type { Ended, Reply, StreamReply } from "./reply.ts";

interface StoredAnswer extends Ended {
  readonly body: Uint8Array;
}

const newline = 10;

/** One line of JSON about the answer, then the answer's own bytes. */
export const storedAnswerOf = ({ facts, units }: Ended, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ facts, units })}\n`), body]);

const isCounts = (value: unknown): value is Record<string, number> =>
  typeof value === "object" && value !== null && Object.values(value).every((count) => typeof count === "number");

const parseStored = (bytes: Uint8Array): StoredAnswer => {
  const end = bytes.indexOf(newline);
  const head: unknown = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8"));
  if (typeof head !== "object" || head === null || !("facts" in head) || !("units" in head) || !isCounts(head.units)) {
    throw new NexusError("INTERNAL", { message: "The stored answer cannot be read.", effect: "done" });
  }
  return { facts: NexusFacts.parse(head.facts), units: head.units, body: bytes.subarray(end + 1) };
};

/** The first call is what it was; only nobody can look just now. */
const unread = (operationId: string, cause: unknown): NexusError =>
  new NexusError("LEDGER_UNAVAILABLE", {
    message: "What has become of the first call with this idempotency key cannot be read just now; ask again.",
    effect: "unknown",
    guarded: true,
    retryAfterMs: 1_000,
    operationId,
    cause,
  });

/** An answer that cannot be opened was given and paid for all the same. */
const opened = (gateway: Gateway, operationId: string, sealed: Uint8Array): Uint8Array => {
  try {
    return gateway.answers.open(operationId, sealed);
  } catch (error) {
    const { code, message } = NexusError.from(error);
    throw new NexusError(code, { message, effect: "done", operationId, cause: error });
  }
};

/** The first call's answer as it was stored, or the typed error that says what has become of that call. */
export const readFirst = async (
  gateway: Gateway,
  request: CallRequest,
  ctx: CallContext,
  firstOperationId: string,
  which: "first" | "last" = "last",
): Promise<{ readonly operationId: string; readonly bytes: Uint8Array; readonly again: boolean }> => {
  const { operationId, sealed, again } = await readFirstAnswer(gateway.readPool, {
    organizationId: ctx.organizationId,
    operationId: firstOperationId,
    keyAfter: (before) => idempotencyKeyOf(ctx, request.operation.id, ctx.idempotencyKey ?? "", before),
    which,
  }).catch((error: unknown) => {
    throw NexusError.is(error) ? error : unread(firstOperationId, error);
  });
  return { operationId, bytes: opened(gateway, operationId, sealed), again };
};

const readStored = async (
  gateway: Gateway,
  request: CallRequest,
  ctx: CallContext,
  firstOperationId: string,
): Promise<StoredAnswer & { readonly again: boolean }> => {
  const { bytes, again } = await readFirst(gateway, request, ctx, firstOperationId);
  return { ...parseStored(bytes), again };
};

export const replayAnswer = async <A>(
  gateway: Gateway,
  request: AnswerRequest<A> | ActRequest<A>,
  ctx: CallContext,
  operationId: string,
): Promise<Reply<A>> => {
  const { facts, units, body, again } = await readStored(gateway, request, ctx, operationId);
  const stored = request.decode(body);
  const result = again && "doneAgain" in request ? (request.doneAgain?.(stored) ?? stored) : stored;
  return { result, facts, units, replayed: true, allowance: undefined };
};

const lengthBytes = 4;

/** Chunks one behind the other, each after its length. */
export const encodeChunks = (chunks: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(
    chunks.flatMap((chunk) => {
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt32BE(chunk.byteLength);
      return [length, chunk];
    }),
  );

const decodeChunks = function* <C>(body: Uint8Array, { decodeChunk }: StreamRequest<C>): Generator<C, void, void> {
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    yield decodeChunk(bytes.subarray(at + lengthBytes, at + lengthBytes + length));
    at += lengthBytes + length;
  }
};

export const replayStream = async <C>(
  gateway: Gateway,
  request: StreamRequest<C>,
  ctx: CallContext,
  operationId: string,
): Promise<StreamReply<C>> => {
  const { facts, units, body } = await readStored(gateway, request, ctx, operationId);
  // Read whole before the first chunk is given: a stored answer that cannot be read is an error, and no broken stream.
  const chunks = [...decodeChunks(body, request)];
  const generate = async function* (): AsyncGenerator<C, void, void> {
    yield* chunks;
  };
  return {
    start: { ...facts, model: facts.model ?? "", operationId },
    chunks: generate(),
    end: Promise.resolve({ facts, units }),
    replayed: true,
    allowance: undefined,
  };
};
