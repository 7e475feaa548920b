import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { FeedPosition, FeedStep } from "./change-ring.ts";
import { feedTime, type RevocationPublisher } from "./revocation-publisher.ts";

const maxFollowers = 256;
/** The client's secret is checked again so often, and a reader's clock has no time to drift from ours. */
const lifeMs = 60_000;

const cursorForm = /^([0-9a-f-]{36})_(\d{1,15})$/;

/** A cursor that is not one of ours names no position: the reader starts anew. */
const parseCursor = (text: string | null): FeedPosition | undefined => {
  const [, epoch, count] = cursorForm.exec(text ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch, count: Number(count) };
};

interface Line {
  readonly cursor: string;
  /** Milliseconds between the request and the reading of the database that this line tells of. */
  readonly at: number;
  readonly reset?: true;
  readonly changed?: readonly string[];
}

const lineOf = ({ position, reset, changed }: FeedStep, at: number): Line => ({
  cursor: `${position.epoch}_${position.count}`,
  at: Math.floor(at),
  ...(reset ? { reset: true } : {}),
  ...(changed.length > 0 ? { changed } : {}),
});

const linesOf = async function* (
  revocations: RevocationPublisher,
  after: FeedPosition | undefined,
): AsyncGenerator<Uint8Array> {
  const began = feedTime();
  for await (const { at, ...step } of revocations.follow(after, began)) {
    yield Buffer.from(`${JSON.stringify(lineOf(step, at - began))}\n`);
    if (feedTime() - began > lifeMs) return;
  }
};

/**
 * `GET /api/revocations?after=<cursor>`: a line of JSON whenever something changes that a validation goes by, and several a
 * second without. It holds ids alone. The stream ends after a minute; its reader goes on from its last cursor.
 */
export const streamRevocations = ({ context, request }: HttpExchange): HttpAnswer => {
  const { revocations } = context;
  if (revocations.followers() >= maxFollowers)
    throw new AuthError("overloaded", {
      message: "Too many services follow this feed; try again shortly.",
      retryAfterMs: 1_000,
    });
  return {
    status: 200,
    headers: { "Content-Type": "application/x-ndjson", "X-Accel-Buffering": "no" },
    stream: linesOf(revocations, parseCursor(request.query.get("after"))),
  };
};
