import type pg from "pg";
import { errorTable, NexusError, type ErrorCode } from "../../errors.ts";
import { selectFirstOperation, selectOperationOfKey } from "./store.ts";

interface FirstAnswer {
  readonly organizationId: string;
  /** The operation that a `replay` named. */
  readonly operationId: string;
  /** The key of the hold that followed an operation of the same call, where it moved on to another route. */
  readonly keyAfter: (operationId: string) => Uint8Array;
}

/** A sealed answer, and the operation it is bound to. */
interface FoundAnswer {
  readonly operationId: string;
  readonly sealed: Uint8Array;
}

const retryAfterMs = 1_000;

const isErrorCode = (code: string | null): code is ErrorCode => code !== null && Object.hasOwn(errorTable, code);

/**
 * The sealed answer of the first operation that used a key, or the typed error that says what has become of it:
 *
 * | first operation      | error                      | effect  |
 * |----------------------|----------------------------|---------|
 * | still running        | IDEMPOTENCY_IN_PROGRESS    | none    |
 * | released just now    | IDEMPOTENCY_IN_PROGRESS    | none    |
 * | outcome not known    | OUTCOME_UNKNOWN            | unknown |
 * | paid, but failed     | its own error              | done    |
 * | paid, answer not kept| ANSWER_LOST                | done    |
 *
 * A call that moved on to another route under a second hold is what has become of that one.
 */
export const readFirstAnswer = async (
  pool: pg.Pool,
  { organizationId, operationId, keyAfter }: FirstAnswer,
): Promise<FoundAnswer> => {
  const first = await selectFirstOperation(pool, organizationId, operationId);
  if (first?.body) return { operationId, sealed: first.body };
  const next = first?.state === "settled" ? await selectOperationOfKey(pool, keyAfter(operationId)) : undefined;
  if (next !== undefined) return readFirstAnswer(pool, { organizationId, operationId: next, keyAfter });
  switch (first?.state) {
    case "open":
      throw new NexusError("IDEMPOTENCY_IN_PROGRESS", { effect: "none", retryAfterMs, operationId });
    case "released":
      // Its key is free again: the next try runs.
      throw new NexusError("IDEMPOTENCY_IN_PROGRESS", { effect: "none", retryAfterMs: 1, operationId });
    case "uncertain":
      throw new NexusError("OUTCOME_UNKNOWN", { effect: "unknown", operationId });
    default: {
      const code = first && isErrorCode(first.error_code) ? first.error_code : "ANSWER_LOST";
      throw new NexusError(code, { effect: "done", operationId, details: { costNanoUsd: first?.cost ?? null } });
    }
  }
};
