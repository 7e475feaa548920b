import { NexusError } from "../../errors.ts";
import type { CredentialTier } from "../../contracts/units.ts";
import type { Logger } from "../logger.ts";
import { openLedgerConnection, type LedgerConnection } from "./ledger-connection.ts";
import type { AttemptRecord } from "./types.ts";

/** An attempt to act that is about to be sent. */
export interface ActAttempt extends Pick<AttemptRecord, "n" | "vendor" | "model" | "credentialTier" | "credentialId"> {
  readonly operationId: string;
  readonly credentialVersion: number;
  /** The step of the operation, such as `create`. */
  readonly step: string;
  /** What the operation costs if this attempt does it. */
  readonly priceNanos: bigint;
  /** The exact request, sealed. */
  readonly request: Uint8Array;
  /** How long from now the vendor deduplicates requests under the same key; undefined where it takes no keys. */
  readonly keyLifetimeMs: number | undefined;
  /** The attempt before this one, with what it proved. */
  readonly previous: AttemptRecord | undefined;
}

/** An operation that acts, and whose outcome is unknown. */
export interface UnknownAct {
  readonly operationId: string;
  readonly organizationId: string;
  readonly appId: string | undefined;
  /** `family.verb` */
  readonly operation: string;
  readonly heldNanos: bigint;
  /** How many look-ups there were before. */
  readonly tries: number;
  readonly vendor: string;
  readonly model: string;
  /** The one attempt whose end is not known. Undefined where none was written down, which its process could not have sent. */
  readonly attempt:
    | {
        readonly n: number;
        readonly credentialTier: CredentialTier;
        readonly credentialId: string;
        readonly credentialVersion: number;
        readonly step: string;
        readonly priceNanos: bigint;
        /** Sealed. */
        readonly request: Uint8Array;
        readonly startedAt: Date;
        /** The vendor still deduplicates requests under the same key. */
        readonly keyAlive: boolean;
      }
    | undefined;
  /** Since the attempt was begun, or a repeat was sent that may still be on its way. */
  readonly quietMs: number;
  readonly reports: readonly OutcomeReport[];
}

/** An outcome reported by the app that owns the operation. */
export interface OutcomeReport {
  readonly vendor: string;
  readonly outcome: "done" | "not_done";
  readonly objectId: string | null;
}

export interface DeferUnknown {
  readonly afterMs: number;
  /** Why nothing is known; shown to operators. */
  readonly note: string;
  /** A repeat was sent that may still be on its way. */
  readonly sent?: boolean;
  /** From now on only a report or a person can resolve it. */
  readonly review?: boolean;
}

/** The part of the ledger that operations which act need beside their holds. */
export interface ActLedger {
  /**
   * Makes an attempt durable before its first byte leaves. False: another process has ended the operation, and
   * nothing may be sent for it any more.
   */
  readonly begin: (attempt: ActAttempt) => Promise<boolean>;
  /** Leases operations of unknown outcome that are due to this process. */
  readonly claim: (leaseMs: number, limit: number) => Promise<readonly UnknownAct[]>;
  /** Returns a lease: nothing is known yet. After it has run out this tells only that something was sent. */
  readonly defer: (operationId: string, options: DeferUnknown) => Promise<void>;
  /** Returns a lease, unless another process has it by now: the operation has ended. */
  readonly release: (operationId: string) => Promise<void>;
  /** Operations of a family of which only a person could tell for so long, with what each of them costs if it was done. */
  readonly leftInReview: (family: string, afterMs: number, limit: number) => Promise<readonly LeftAct[]>;
  readonly close: () => Promise<void>;
}

/** An operation that was left in review. */
export interface LeftAct {
  readonly operationId: string;
  readonly priceNanos: bigint;
}

interface OpenActLedger {
  readonly connectionString: string;
  /** By which its leases and its operations are known. */
  readonly processId: string;
  readonly requireDurability: boolean;
  readonly log: Logger;
}

interface UnknownActRow {
  readonly operation_id: string;
  readonly org_id: string;
  readonly app_id: string | null;
  readonly name: string;
  readonly vendor: string;
  readonly held: bigint;
  readonly tries: number;
  readonly n: number | null;
  readonly model: string;
  readonly credential_tier: CredentialTier | null;
  readonly credential_id: string | null;
  readonly credential_version: number | null;
  readonly step: string | null;
  readonly price: bigint | null;
  readonly request: Buffer | null;
  readonly started_at: Date | null;
  readonly key_alive: boolean;
  readonly quiet_ms: bigint;
  readonly reports: OutcomeReport[];
}

const attemptOf = (row: UnknownActRow): UnknownAct["attempt"] =>
  row.n === null || row.request === null || row.started_at === null || row.price === null
    ? undefined
    : {
        n: row.n,
        credentialTier: row.credential_tier ?? "byok",
        credentialId: row.credential_id ?? "",
        credentialVersion: row.credential_version ?? 0,
        step: row.step ?? "",
        priceNanos: row.price,
        request: row.request,
        startedAt: row.started_at,
        keyAlive: row.key_alive,
      };

const unknownActOf = (row: UnknownActRow): UnknownAct => ({
  operationId: row.operation_id,
  organizationId: row.org_id,
  appId: row.app_id ?? undefined,
  operation: row.name,
  heldNanos: row.held,
  tries: row.tries,
  vendor: row.vendor,
  model: row.model,
  attempt: attemptOf(row),
  quietMs: Number(row.quiet_ms),
  reports: row.reports,
});

const limitMs = 5_000;

/** Opens a connection of its own with the first attempt or the first claim: gateways that only read need none. */
export const openActLedger = ({ connectionString, processId, requireDurability, log }: OpenActLedger): ActLedger => {
  let opening: Promise<LedgerConnection> | undefined;
  const connection = (): Promise<LedgerConnection> => {
    opening ??= openLedgerConnection({ connectionString, name: "nexus-acts", requireDurability, log }).catch(
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  return {
    begin: async ({ operationId, request, keyLifetimeMs, previous, priceNanos, ...attempt }) => {
      try {
        const { rows } = await (
          await connection()
        ).run<{ mine: boolean }>(
          {
            name: "nexus_begin_act",
            text: "select nexus.nexus_begin_act($1, $2, $3, $4, $5, $6) as mine",
            values: [
              operationId,
              processId,
              JSON.stringify({ ...attempt, price: priceNanos.toString() }),
              Buffer.from(request),
              keyLifetimeMs ?? null,
              previous === undefined ? null : JSON.stringify(previous),
            ],
          },
          limitMs,
        );
        return rows[0]?.mine === true;
      } catch (error) {
        throw new NexusError("LEDGER_UNAVAILABLE", { effect: "none", operationId, cause: error });
      }
    },
    claim: async (leaseMs, limit) => {
      const { rows } = await (
        await connection()
      ).run<UnknownActRow>(
        {
          name: "nexus_claim_unknown",
          text: "select * from nexus.nexus_claim_unknown($1, $2, $3)",
          values: [processId, leaseMs, limit],
        },
        limitMs,
      );
      return rows.map(unknownActOf);
    },
    defer: async (operationId, { afterMs, note, sent = false, review = false }) => {
      const values = [processId, operationId, Math.ceil(afterMs), note.slice(0, 500), sent, review];
      const text = "select nexus.nexus_defer_unknown($1, $2, $3, $4, $5, $6)";
      await (await connection()).run({ text, values }, limitMs);
    },
    release: async (operationId) => {
      const values = [processId, [operationId]];
      await (await connection()).run({ text: "select nexus.nexus_unclaim($1, $2)", values }, limitMs);
    },
    leftInReview: async (family, afterMs, limit) => {
      const { rows } = await (
        await connection()
      ).run<{ operation_id: string; price: bigint }>(
        { text: "select * from nexus.nexus_left_in_review($1, $2, $3)", values: [family, afterMs, limit] },
        limitMs,
      );
      return rows.map(({ operation_id: operationId, price }) => ({ operationId, priceNanos: price }));
    },
    close: async () => {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
};
