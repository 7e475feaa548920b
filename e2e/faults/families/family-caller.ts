import { z } from "zod";
import { askUntil } from "../act/ask-until.ts";
import type { FamilyOperation } from "./family-vendor.ts";

/** What a caller heard, once. */
export interface FamilyReply {
  readonly status: number | "lost";
  readonly code: string | null;
  readonly effect: "none" | "done" | "unknown" | null;
  readonly operationId: string | null;
  /** The vendor's id of what was done. */
  readonly objectId: string | null;
  /** Ours of an order. */
  readonly orderId: string | null;
  /** What an order waits for. */
  readonly next: string | null;
  readonly messageId: string | null;
  readonly vendor: string | null;
  readonly replayed: boolean;
  readonly duplicatePossible: boolean;
}

/** One call, repeated with its key until its caller knew, and all that was heard of it. */
export interface AskedCall {
  readonly key: string;
  readonly operation: FamilyOperation | "payments.order.authorize";
  readonly replies: readonly FamilyReply[];
  /** The vendor's object that it changes, where it is no run's own. */
  readonly about?: string;
}

const Done = z.object({
  effect: z.literal("done"),
  replayed: z.boolean(),
  providerObjectId: z.string().nullable(),
  nexus: z.object({ operationId: z.string(), vendor: z.string() }),
  orderId: z.string().nullable().default(null),
  next: z.string().nullable().default(null),
  messageId: z.string().nullable().default(null),
  duplicatePossible: z.boolean().default(false),
});
const Failed = z.object({
  error: z.object({
    code: z.string(),
    effect: z.enum(["none", "done", "unknown"]),
    retryable: z.boolean(),
    operationId: z.string().optional(),
    retryAfterMs: z.number().optional(),
  }),
});

interface Heard extends FamilyReply {
  readonly retryable: boolean;
}

const lost: Heard = {
  status: "lost",
  code: null,
  effect: null,
  operationId: null,
  objectId: null,
  orderId: null,
  next: null,
  messageId: null,
  vendor: null,
  replayed: false,
  duplicatePossible: false,
  retryable: true,
};

const read = (status: number, body: unknown): Heard => {
  const done = Done.safeParse(body);
  if (done.success) {
    const { nexus, providerObjectId, ...more } = done.data;
    return { ...lost, ...more, ...nexus, objectId: providerObjectId, status, retryable: false };
  }
  const { code, effect, retryable, operationId = null } = Failed.parse(body).error;
  return { ...lost, code, effect, retryable, operationId, status };
};

const replyOf = ({ retryable: _retryable, ...reply }: Heard): FamilyReply => reply;

/** The caller knows what became of it: it was done, or it was not and the same request will not be tried again. */
export const knows = ({ status, effect, operationId }: FamilyReply): boolean =>
  status === 200 || (effect === "none" && operationId !== null);

/** What a repeat with the same key may change. */
const goesOn = (heard: Heard): boolean =>
  heard.status === "lost" || heard.retryable || heard.effect === "unknown" || heard.effect === "done";

export interface FamilyCaller {
  /** Who calls. */
  readonly headers: Readonly<Record<string, string>>;
  /** A gateway that is there just now. */
  readonly gateway: () => string | undefined;
  readonly patienceMs: number;
}

/** What is asked of the product. */
export interface FamilyQuestion {
  readonly operation: AskedCall["operation"];
  readonly key: string;
  readonly path: string;
  readonly body: unknown;
  readonly leavesAfterMs?: number | undefined;
}

const askOnce = async (
  { headers }: FamilyCaller,
  url: string,
  { key, path, body }: FamilyQuestion,
  waitMs: number,
): Promise<Heard> => {
  try {
    const response = await fetch(`${url}/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers, "idempotency-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(waitMs),
    });
    return read(response.status, await response.json());
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return lost;
  }
};

/** Asks until it knows, always with the same key. */
export const askUntilKnown = async (caller: FamilyCaller, question: FamilyQuestion): Promise<AskedCall> => {
  const { key, operation, leavesAfterMs } = question;
  const heard = await askUntil(
    caller,
    (url, tried) => askOnce(caller, url, question, (tried === 0 ? leavesAfterMs : undefined) ?? 15_000),
    (one) => knows(one) || !goesOn(one),
  );
  return { key, operation, replies: heard.map(replyOf) };
};

/** Asks once more, long after: what was said before is said again. */
export const askAgain = async (
  caller: FamilyCaller,
  question: FamilyQuestion,
  before: AskedCall,
): Promise<AskedCall> => {
  const url = caller.gateway();
  if (url === undefined || before.replies.length === 0) return before;
  return { ...before, replies: [...before.replies, replyOf(await askOnce(caller, url, question, 15_000))] };
};

/** What was done, if it was. */
export const doneOf = ({ replies }: AskedCall): FamilyReply | undefined =>
  replies.find(({ status, effect }) => status === 200 && effect === "done");
