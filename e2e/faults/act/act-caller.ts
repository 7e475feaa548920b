import { z } from "zod";
import { askUntil } from "./ask-until.ts";
import type { RunPlan } from "./run-plan.ts";

/** What a caller heard, once. */
export interface ActReply {
  readonly status: number | "lost";
  readonly code: string | null;
  readonly effect: "none" | "done" | "unknown" | null;
  readonly operationId: string | null;
  /** Of what was done. */
  readonly id: string | null;
  readonly vendor: string | null;
  readonly replayed: boolean;
}

/** One caller's run: all that it heard, and whether it knows in the end. */
export interface RunOutcome {
  readonly plan: RunPlan;
  readonly replies: readonly ActReply[];
}

const Done = z.object({ id: z.string(), operationId: z.string(), vendor: z.string(), replayed: z.boolean() });
const Failed = z.object({
  error: z.object({
    code: z.string(),
    effect: z.enum(["none", "done", "unknown"]),
    retryable: z.boolean(),
    operationId: z.string().optional(),
  }),
});

interface Heard extends ActReply {
  readonly retryable: boolean;
}

const lost: Heard = {
  status: "lost",
  code: null,
  effect: null,
  operationId: null,
  id: null,
  vendor: null,
  replayed: false,
  retryable: true,
};

const read = (status: number, body: unknown): Heard => {
  const done = Done.safeParse(body);
  if (done.success) return { ...lost, ...done.data, status, effect: "done", retryable: false };
  const { error } = Failed.parse(body);
  return { ...lost, ...error, operationId: error.operationId ?? null, status };
};

const replyOf = ({ retryable: _retryable, ...reply }: Heard): ActReply => reply;

/** The caller knows what became of it: it was done, or it was not and the same request will not be tried again. */
export const isDefinite = ({ status, effect, operationId }: ActReply): boolean =>
  status === 200 || (effect === "none" && operationId !== null);

/** What a repeat with the same key may change. */
const goesOn = (heard: Heard): boolean =>
  heard.status === "lost" ||
  heard.retryable ||
  heard.effect === "unknown" ||
  (heard.effect === "done" && heard.status !== 200);

interface ActCaller {
  readonly plan: RunPlan;
  readonly apiKey: string;
  /** A gateway that is there just now. */
  readonly gateway: () => string | undefined;
  readonly patienceMs: number;
}

const askOnce = async ({ plan, apiKey }: ActCaller, url: string, leavesAfterMs: number | undefined): Promise<Heard> => {
  try {
    const response = await fetch(`${url}/act`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${apiKey}`,
        "idempotency-key": plan.key,
      },
      body: JSON.stringify(plan.input),
      signal: AbortSignal.timeout(leavesAfterMs ?? 15_000),
    });
    return read(response.status, await response.json());
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return lost;
  }
};

/** Asks until it knows, always with the same key. */
export const runCaller = async (caller: ActCaller): Promise<RunOutcome> => {
  const { plan } = caller;
  const heard = await askUntil(
    caller,
    (url, tried) => askOnce(caller, url, tried === 0 ? plan.leavesAfterMs : undefined),
    (one) => isDefinite(one) || !goesOn(one),
  );
  return { plan, replies: heard.map(replyOf) };
};
