import type { QueryConfig, QueryResult, QueryResultRow } from "pg";
import { NexusError } from "../../errors.ts";
import type { Logger } from "../logger.ts";
import { openLedgerConnection, type LedgerConnection } from "./ledger-connection.ts";
import type { AttemptRecord } from "./types.ts";

/** An operation that is to be carried out later. */
export interface QueuedEntry {
  readonly operationId: string;
  readonly dueAt: Date;
  /** From then on nothing is sent for it any more. */
  readonly expiresAt: Date;
  /** Who asks for what, sealed. */
  readonly content: Uint8Array;
  /** What a repeat of the call is answered with, sealed. */
  readonly answer: Uint8Array;
  /** The call's idempotency key, as the ledger knows it; kept for as long as the operation waits. */
  readonly key: Uint8Array | undefined;
}

/** An operation that is due, and this process's from now on. */
export interface TakenEntry {
  readonly operationId: string;
  readonly organizationId: string;
  readonly heldNanos: bigint;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  /** How often it came back without effect. */
  readonly tries: number;
  /** The number of its last attempt; 0 before the first. */
  readonly attempts: number;
  readonly content: Uint8Array;
}

/** What a process has room for. */
export interface QueueRoom {
  readonly limit: number;
  /** Of all contents together; a single one may be larger. */
  readonly bytes: number;
  /** How long a process has a taken one to itself, as long as it lives. */
  readonly ttlMs: number;
  /** Organizations that have enough under way here, or are left alone for a while. */
  readonly skip: readonly string[];
  /** What is still under way here. */
  readonly own: readonly string[];
  /** Whose turn was last. */
  readonly after: string;
}

/**
 * `waits`: it is taken again when it is due. `lost`: it is no longer this process's, and nothing was changed. `ends`: it did
 * not come from the queue, or cannot go back there.
 */
export type PutBack = "waits" | "lost" | "ends";

/** The part of the ledger that keeps what is to be carried out later. */
export interface ActQueue {
  /** Lets an operation of this process wait. False: it has been given up in the process's place. */
  readonly enqueue: (entry: QueuedEntry) => Promise<boolean>;
  /** Takes what is due, in the order in which it is, in turns between organizations where there is much. */
  readonly take: (room: QueueRoom) => Promise<{ readonly taken: readonly TakenEntry[]; readonly after: string }>;
  /** Lets it wait again: nothing was done, which the attempts prove. Without a time it is due when it was. */
  readonly putBack: (
    operationId: string,
    dueAt: Date | undefined,
    attempts: readonly AttemptRecord[],
  ) => Promise<PutBack>;
  /** What an operation from the queue is about; undefined where it came from elsewhere, or has ended for good. */
  readonly contentOf: (operationId: string) => Promise<Pick<TakenEntry, "content" | "expiresAt"> | undefined>;
  /** Told of everything that this process lets wait. */
  readonly onEntry: (listen: (dueAt: Date) => void) => void;
  readonly close: () => Promise<void>;
}

interface OpenActQueue {
  readonly connectionString: string;
  readonly processId: string;
  readonly requireDurability: boolean;
  readonly log: Logger;
}

interface TakenRow {
  readonly operation_id: string | null;
  readonly org_id: string;
  readonly held: bigint;
  readonly due_at: Date;
  readonly expires_at: Date;
  readonly tries: number;
  readonly attempts: number;
  readonly content: Buffer | null;
}

const limitMs = 10_000;

const takenOf = ({ operation_id, org_id, held, due_at, expires_at, tries, attempts, content }: TakenRow) =>
  operation_id === null
    ? []
    : [
        {
          operationId: operation_id,
          organizationId: org_id,
          heldNanos: held,
          dueAt: due_at,
          expiresAt: expires_at,
          tries,
          attempts,
          content: content ?? new Uint8Array(),
        },
      ];

/** Opens a connection of its own when it is first used. */
export const openActQueue = ({ connectionString, processId, requireDurability, log }: OpenActQueue): ActQueue => {
  let opening: Promise<LedgerConnection> | undefined;
  const connection = (): Promise<LedgerConnection> => {
    opening ??= openLedgerConnection({ connectionString, name: "nexus-queue", requireDurability, log }).catch(
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  const listeners: ((dueAt: Date) => void)[] = [];
  const run = async <Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> =>
    (await connection()).run<Row>(query, limitMs);

  return {
    enqueue: async ({ operationId, dueAt, expiresAt, content, answer, key }) => {
      const query = {
        name: "nexus_enqueue",
        text: "select nexus.nexus_enqueue($1, $2, $3, $4, $5, $6, $7) as queued",
        values: [operationId, processId, dueAt, expiresAt, content, answer, key ?? null],
      };
      // Nobody can tell whether a statement without an answer was carried out; the same one again says so.
      const { rows } = await run<{ queued: boolean }>(query)
        .catch(() => run<{ queued: boolean }>(query))
        .catch((cause: unknown) => {
          throw new NexusError("LEDGER_UNAVAILABLE", { effect: "unknown", guarded: true, operationId, cause });
        });
      const queued = rows[0]?.queued === true;
      if (queued) for (const listen of listeners) listen(dueAt);
      return queued;
    },
    take: async ({ limit, bytes, ttlMs, skip, own, after }) => {
      const { rows } = await run<TakenRow>({
        name: "nexus_take_queued",
        text: "select * from nexus.nexus_take_queued($1, $2, $3, $4, $5, $6, $7)",
        values: [processId, limit, bytes, ttlMs, [...skip], [...own], after],
      });
      const last = rows.find(({ operation_id }) => operation_id === null);
      return { taken: rows.flatMap(takenOf), after: last?.org_id ?? after };
    },
    putBack: async (operationId, dueAt, attempts) => {
      const { rows } = await run<{ back: PutBack }>({
        name: "nexus_put_back",
        text: "select nexus.nexus_put_back($1, $2, $3, $4) as back",
        values: [operationId, processId, dueAt ?? null, JSON.stringify(attempts)],
      });
      return rows[0]?.back ?? "lost";
    },
    contentOf: async (operationId) => {
      const { rows } = await run<{ content: Buffer; expiresAt: Date }>({
        name: "nexus_queued_content",
        text: `select content, expires_at as "expiresAt" from nexus.act_queue where operation_id = $1 and content is not null`,
        values: [operationId],
      });
      return rows[0];
    },
    onEntry: (listen) => void listeners.push(listen),
    close: async () => {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
};
