import { z } from "zod";
import type { Units, UsageSource } from "../../contracts/units.ts";
import { unitClasses } from "../../contracts/units.ts";
import type { Logger } from "../logger.ts";
import type { LedgerConnection } from "./ledger-connection.ts";
import type { Ledger } from "./ledger.ts";

/** An operation whose process died, whose deadline has passed, or which has been uncertain for long enough. */
export interface Orphan {
  readonly operationId: string;
  readonly organizationId: string;
  readonly state: "open" | "uncertain";
  readonly heldNanos: bigint;
  readonly operation: string;
  readonly vendor: string;
  readonly model: string;
  /** What was known before the call: see `HoldFacts`. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** Its process is silent; otherwise it is past its deadline. */
  readonly silent: boolean;
  /** The last count of a stream, at most a second older than its end. */
  readonly checkpoint: { readonly costNanos: bigint; readonly units: Units } | undefined;
  readonly attempts: readonly { readonly n: number; readonly vendor: string; readonly model: string }[];
}

/**
 * What the vendor says about an operation: `done` at that cost; `absent`, it did not happen and will not; `later`, it
 * cannot say yet; `silent`, it offers no look-up.
 */
export type OrphanLookUp =
  | { readonly kind: "done"; readonly costNanos: bigint; readonly source: UsageSource; readonly units?: Units }
  | { readonly kind: "absent" | "later" | "silent" };

export interface RecoveryPolicy {
  /** Asks the vendor by idempotency key, which is the operation id. Without it every vendor is `silent`; so it is about an act, which is looked up by itself. */
  readonly lookUp?: (orphan: Orphan) => Promise<OrphanLookUp>;
  /** How long a `read` operation stays uncertain before it is settled at its bound. */
  readonly settleReadsAfterMs: number;
  /** How long a process may give no heartbeat before its operations are orphans. */
  readonly silenceMs: number;
}

interface Recover {
  readonly connection: LedgerConnection;
  readonly ledger: Ledger;
  readonly workerId: string;
  readonly policy: RecoveryPolicy;
  readonly log: Logger;
}

interface Row {
  readonly operation_id: string;
  readonly org_id: string;
  readonly state: "open" | "uncertain";
  readonly held: string;
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly facts: Record<string, unknown>;
  readonly created_at: Date;
  readonly checkpoint_cost: string | null;
  readonly checkpoint_units: unknown;
  readonly attempts: { n: number; vendor: string; model: string }[] | null;
  readonly silent: boolean;
}

const batch = 100;
const leaseMs = 60_000;
const claimLimitMs = 15_000;
const units = z.partialRecord(z.enum(unitClasses), z.number());

const orphanOf = (row: Row): Orphan => ({
  operationId: row.operation_id,
  organizationId: row.org_id,
  state: row.state,
  heldNanos: BigInt(row.held),
  operation: row.name,
  vendor: row.vendor,
  model: row.model,
  facts: row.facts,
  createdAt: row.created_at,
  silent: row.silent,
  checkpoint:
    row.checkpoint_cost === null
      ? undefined
      : { costNanos: BigInt(row.checkpoint_cost), units: units.safeParse(row.checkpoint_units).data ?? {} },
  attempts: row.attempts ?? [],
});

const lookUp = async (orphan: Orphan, { policy, log }: Recover): Promise<OrphanLookUp> => {
  if (!policy.lookUp || orphan.facts["effect"] === "act") return { kind: "silent" };
  try {
    return await policy.lookUp(orphan);
  } catch (error) {
    log.warn(
      { err: error, operationId: orphan.operationId, vendor: orphan.vendor },
      "vendor lookup failed; asking again later",
    );
    return { kind: "later" };
  }
};

/** Ends one orphan or leaves it as it is. True if it was ended or marked uncertain. */
const end = async (orphan: Orphan, options: Recover): Promise<boolean> => {
  const { ledger } = options;
  const { operationId, checkpoint, heldNanos } = orphan;
  const found = await lookUp(orphan, options);
  switch (found.kind) {
    case "done":
      await ledger.settle({
        operationId,
        end: "settled",
        costNanos: found.costNanos,
        source: found.source,
        result: { units: found.units, resolution: { by: "lookup" } },
      });
      return true;
    case "absent":
      await ledger.settle({ operationId, end: "released", source: "none", result: { resolution: { by: "lookup" } } });
      return true;
    case "later":
    case "silent":
      // What acts is made durable before its first byte leaves: where nothing was, nothing did.
      if (orphan.state === "open" && orphan.facts["effect"] === "act" && orphan.attempts.length === 0) {
        // What came from the queue goes back there: nobody waits for it, and it is not lost.
        if ((await ledger.queue.putBack(operationId, undefined, [])) !== "ends") return true;
        const result = { errorCode: "PROVIDER_UNAVAILABLE" } as const;
        await ledger.settle({ operationId, end: "released", source: "none", result });
        return true;
      }
      if (orphan.state === "open") {
        await ledger.settle({
          operationId,
          end: "uncertain",
          source: "none",
          result: {
            units: checkpoint?.units,
            errorCode: "OUTCOME_UNKNOWN",
            doubt: orphan.silent ? "process_lost" : "timeout",
          },
        });
        return true;
      }
      if (found.kind === "later") return false;
      // An uncertain one is claimed only if it is a `read` and old enough. A checkpoint counts what arrived, not what was made.
      await ledger.settle({
        operationId,
        end: "settled",
        costNanos: checkpoint && checkpoint.costNanos > heldNanos ? checkpoint.costNanos : heldNanos,
        source: "estimated",
        result: { units: checkpoint?.units, resolution: { by: "policy" } },
      });
      return true;
  }
};

/** One round: leases what is due, commits the leases, then ends it. Returns how many were ended or marked uncertain. */
export const recover = async (options: Recover): Promise<number> => {
  const { connection, policy, workerId, log } = options;
  const { rows } = await connection.run<Row>(
    {
      text: `select operation_id, org_id, state, held::text, name, vendor, model, facts, created_at, checkpoint_cost::text, checkpoint_units, attempts,
              silent
       from nexus.nexus_claim($1, $2, $3, $4, $5)`,
      values: [workerId, leaseMs, policy.silenceMs, policy.settleReadsAfterMs, batch],
    },
    claimLimitMs,
  );
  if (rows.length === 0) return 0;
  const ended = await Promise.all(rows.map(async (row) => (await end(orphanOf(row), options)) && row.operation_id));
  const done = ended.filter((id) => id !== false);
  log.warn({ claimed: rows.length, ended: done.length }, "orphaned operations recovered");
  // The others keep their lease, so that the vendor is not asked again before it runs out.
  if (done.length > 0)
    await connection.run({ text: "select nexus.nexus_unclaim($1, $2)", values: [workerId, done] }, claimLimitMs);
  return done.length;
};
