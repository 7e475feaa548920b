import type pg from "pg";
import { errorTable, NexusError, type ErrorCode } from "../../errors.ts";
import type { HoldRefusal } from "../../platform/ledger/index.ts";
import { selectFirstOperation, selectOperationOfKey, type FirstOperationRow } from "./store.ts";

interface FirstAnswer {
  readonly organizationId: string;
  /** The operation that a `replay` named. */
  readonly operationId: string;
  /** The key of the hold that followed an operation of the same call, where it moved on to another route. */
  readonly keyAfter: (operationId: string) => Uint8Array;
  /** Of several answers: `last`, unless what is asked for is the word that something was accepted. */
  readonly which?: "first" | "last";
}

/** A sealed answer, and the operation it is bound to. */
interface FoundAnswer {
  readonly operationId: string;
  readonly sealed: Uint8Array;
  /** Another hold of the same call was used, too, or may have been. */
  readonly again: boolean;
}

const retryAfterMs = 1_000;

const isErrorCode = (code: string | null): code is ErrorCode => code !== null && Object.hasOwn(errorTable, code);

/** An operation that was used: its vendor acted, or may have. */
interface Used {
  readonly operationId: string;
  readonly operation: FirstOperationRow | undefined;
}

/** Of what acts a no is an answer: the same key finds it again. */
const notDone = (operationId: string, errorCode: string | null, refusal: HoldRefusal | null): NexusError => {
  const known = isErrorCode(errorCode) && errorCode !== "OUTCOME_UNKNOWN" && errorCode !== "PROVIDER_TIMEOUT";
  const code = known ? errorCode : "PROVIDER_UNAVAILABLE";
  if (known && refusal !== null) {
    const { message, http, details, issues } = refusal;
    const told = { ...(details === undefined ? {} : { details }), ...(issues === undefined ? {} : { issues }) };
    return new NexusError(code, { message, http, ...told, effect: "none", retryable: false, operationId });
  }
  const message = `${errorTable[code].message} Nothing was done; to try again, use another idempotency key.`;
  return new NexusError(code, { message, effect: "none", retryable: false, operationId });
};

/** What the first caller was told, in the same words as far as they are known, with the same effect. */
const errorOf = ({ operationId, operation }: Used): NexusError => {
  const {
    state,
    source,
    effect,
    doubt = null,
    acted = false,
    error_code = null,
    refusal = null,
    cost = null,
  } = operation ?? {};
  if (effect === "act" && state === "uncertain")
    return new NexusError("OUTCOME_UNKNOWN", { effect: "unknown", retryable: true, retryAfterMs, operationId });
  if (effect === "act" && state === "released") return notDone(operationId, error_code, refusal);
  const doubtful = state === "uncertain" || (doubt !== null && source === "estimated");
  const code = isErrorCode(error_code) ? error_code : doubtful ? "OUTCOME_UNKNOWN" : "ANSWER_LOST";
  return new NexusError(code, {
    effect: doubtful && !acted ? "unknown" : "done",
    operationId,
    details: { costNanoUsd: cost, ...(doubt === null ? {} : { doubt }) },
  });
};

/**
 * The sealed answer of the first operation that used a key, or the typed error that says what has become of it:
 *
 * | first operation         | error                   | effect                                     |
 * |-------------------------|-------------------------|--------------------------------------------|
 * | still running           | IDEMPOTENCY_IN_PROGRESS | unknown                                    |
 * | released                | IDEMPOTENCY_IN_PROGRESS | none                                       |
 * | released, and it acts   | its own error           | none                                       |
 * | acts, outcome unknown   | OUTCOME_UNKNOWN         | unknown                                    |
 * | in doubt, or was and is estimated | its own error | done if the vendor was seen to act, else unknown |
 * | paid, but failed        | its own error           | done                                       |
 * | paid, answer not kept   | ANSWER_LOST             | done                                       |
 *
 * A call that moved on to another route under a second hold is what has become of the last hold that was used: of the last one
 * with an answer, which is what its caller was told, else of the last one that may have been used. Only where all of them
 * were proved not to be, it was not done.
 */
export const readFirstAnswer = async (
  pool: pg.Pool,
  { organizationId, operationId: first, keyAfter, which = "last" }: FirstAnswer,
): Promise<FoundAnswer> => {
  let found: Omit<FoundAnswer, "again"> | undefined;
  let used: Used | undefined;
  let uses = 0;
  for (let operationId: string | undefined = first; operationId !== undefined;) {
    const operation = await selectFirstOperation(pool, organizationId, operationId);
    // What waits in a queue has its answer already.
    if (operation?.state === "open" && !operation.body)
      throw new NexusError("IDEMPOTENCY_IN_PROGRESS", { effect: "unknown", guarded: true, retryAfterMs, operationId });
    if (operation?.body && (which === "last" || found === undefined)) found = { operationId, sealed: operation.body };
    const isUsed = operation?.state !== "released";
    if (isUsed) uses += 1;
    if (isUsed || (uses === 0 && operation?.effect === "act")) used = { operationId, operation };
    operationId = operation === undefined ? undefined : await selectOperationOfKey(pool, keyAfter(operationId));
  }
  if (found !== undefined) return { ...found, again: uses > 1 };
  // Its key is free again: the next try runs.
  throw used === undefined
    ? new NexusError("IDEMPOTENCY_IN_PROGRESS", { effect: "none", retryAfterMs: 1, operationId: first })
    : errorOf(used);
};
