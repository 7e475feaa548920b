import { NexusError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import { timeOfId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import { createCoalescer } from "./coalescer.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { openLedgerConnection } from "./ledger-connection.ts";
import { noLedgerCounts, type LedgerCounts } from "./ledger-counts.ts";
import { sendBookings, type LedgerCall, type LedgerReply } from "./book-batch.ts";
import type { Invalid } from "./reserve-batch.ts";
import { openActLedger, type ActLedger } from "./act-ledger.ts";
import { openActQueue, type ActQueue } from "./act-queue.ts";
import type {
  AttemptStart,
  HoldResolution,
  ReserveCall,
  ReserveReply,
  SettleCall,
  SettleReply,
  StreamCheckpoint,
} from "./types.ts";

/** What waits for the ledger. */
export interface LedgerLag {
  readonly connected: boolean;
  readonly reserving: number;
  readonly settling: number;
  readonly oldestMs: number;
  readonly heartbeatAgeMs: number;
}

/** Sets money aside before a vendor is called, and books what it cost afterwards. */
export interface Ledger {
  readonly processId: string;
  /**
   * Sets money aside; resolves once it is durable. Throws OVERLOADED, LEDGER_UNAVAILABLE or REQUEST_CANCELLED with effect
   * `none`; a hold that is made after its caller gave up is released.
   */
  readonly reserve: (call: ReserveCall, signal?: AbortSignal) => Promise<ReserveReply>;
  /** Ends a hold; tries until the outcome is known, for as long as the ledger is open. */
  readonly settle: (call: SettleCall) => Promise<SettleReply>;
  /** Call right before an effect starts: throws LEDGER_UNAVAILABLE if this process may be thought dead. */
  readonly fence: () => void;
  /** Records a further attempt before it is sent. */
  readonly beginAttempt: (attempt: AttemptStart) => Promise<void>;
  /** Replaces what is known of running streams; call it once a second with all of them. */
  readonly checkpoint: (streams: readonly StreamCheckpoint[]) => Promise<void>;
  /** What operations that act need beside their holds. */
  readonly acts: ActLedger;
  /** What is to be carried out later. */
  readonly queue: ActQueue;
  readonly lag: () => LedgerLag;
  /** Checks the idle connections; replaces one that does not answer in time, and rejects. */
  readonly probe: (limitMs: number) => Promise<void>;
  readonly counts: Readonly<LedgerCounts>;
  /** Refuses new holds, ends the present ones and closes; gives up after `timeoutMs`. */
  readonly close: (timeoutMs?: number) => Promise<void>;
}

interface OpenLedger {
  readonly connectionString: string;
  /** Identifies this run of this process; never reused. */
  readonly processId: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Refuse a server whose acknowledged commits a crash can undo. */
  readonly requireDurability: boolean;
  /** Told of each operation that is ended here in place of its process. */
  readonly onResolved?: (by: HoldResolution["by"]) => void;
}

const maxSettling = 20_000;
type Holding = Extract<LedgerCall, { readonly hold: ReserveCall }>;
type Ending = Extract<LedgerCall, { readonly end: SettleCall }>;

const heartbeatLimitMs = 5_000;

/** The ledger accepts ids made within five minutes of the database's time. */
const idToleranceMs = 4 * 60_000;

/** Corrects the clock if it made an id of the wrong time; the caller may send the call again. */
const requireTime = async (clock: Clock, operationId: string): Promise<void> => {
  await clock.measure?.().catch(() => undefined);
  const offMs = timeOfId(operationId) - clock.now();
  if (Math.abs(offMs) < idToleranceMs) return;
  throw new NexusError("LEDGER_UNAVAILABLE", {
    message: `The clock of this gateway was ${Math.round(Math.abs(offMs) / 1_000)} s ${offMs < 0 ? "behind" : "ahead of"} the database's. Nothing was started; it has been set right, send the call again.`,
    effect: "none",
    retryAfterMs: 1_000,
  });
};

/** Marking an operation uncertain, or settling it by policy, may come after its end: that is no alarm. */
const isAlarm = ({ end, result }: SettleCall, reply: SettleReply): boolean =>
  reply === "conflict"
    ? end !== "uncertain" && result.resolution?.by !== "policy"
    : reply === "late" || reply === "invalid" || reply === "unknown";

/** Opens connections to the primary: for holds and their ends, for heartbeats, and for what operations that act need. */
export const openLedger = async ({
  connectionString,
  processId,
  clock,
  log,
  requireDurability,
  onResolved,
}: OpenLedger): Promise<Ledger> => {
  const open = (name: string) => openLedgerConnection({ connectionString, name, requireDurability, log });
  const bookConnection = await open("nexus-book");
  const heartbeatConnection = await open("nexus-pulse");
  const heartbeat = await startHeartbeat({ connection: heartbeatConnection, processId, clock, log });
  const counts = noLedgerCounts();
  const onResend = (): void => {
    counts.resent += 1;
  };

  const bookings = createCoalescer<LedgerCall, LedgerReply>({
    name: "ledger",
    connection: bookConnection,
    send: sendBookings(processId),
    onResend,
    clock,
    log,
  });

  const settles = bookings.openLane<Ending, SettleReply>({
    keysOf: ({ end: { operationId } }) => [operationId],
    bytesOf: ({ end: { answer } }) => 1_024 + (answer?.byteLength ?? 0),
    maxQueued: Infinity,
    maxQueuedMs: Infinity,
    maxInFlightMs: Infinity,
    onAbandoned: () => undefined,
  });

  const settle = async (call: SettleCall): Promise<SettleReply> => {
    const reply = await settles.submit({ end: call });
    if (
      reply === "settled" ||
      reply === "released" ||
      reply === "uncertain" ||
      reply === "corrected" ||
      reply === "late" ||
      reply === "conflict"
    )
      counts[reply] += 1;
    else if (reply !== "same") counts.lost += 1;
    const { resolution } = call.result;
    if (resolution && (reply === "settled" || reply === "released")) onResolved?.(resolution.by);
    if (isAlarm(call, reply)) {
      log.error(
        { alarm: "settle", operationId: call.operationId, end: call.end, reply, costNanos: call.costNanos?.toString() },
        "hold was not ended as requested",
      );
    }
    return reply;
  };

  const release = (operationId: string): void => {
    counts.abandoned += 1;
    settle({ operationId, end: "released", source: "none", result: { errorCode: "REQUEST_CANCELLED" } }).catch(
      (error: unknown) => log.error({ err: error, operationId }, "abandoned hold not released; recovery will"),
    );
  };

  const reserves = bookings.openLane<Holding, ReserveReply | Invalid>({
    keysOf: ({ hold: { operationId, idempotency } }) =>
      idempotency ? [operationId, Buffer.from(idempotency.key).toString("latin1")] : [operationId],
    bytesOf: () => 1_024,
    maxQueued: 2_000,
    maxQueuedMs: 1_000,
    maxInFlightMs: 5_000,
    onAbandoned: ({ hold: { operationId } }, reply) => {
      if (reply.status === "held") release(operationId);
    },
  });

  const reserve = async (call: ReserveCall, signal?: AbortSignal): Promise<ReserveReply> => {
    if (call.levels.length === 0) return { status: "stale" };
    if (settles.waiting().calls > maxSettling)
      throw new NexusError("OVERLOADED", { effect: "none", retryAfterMs: 1_000 });
    const reply = await reserves.submit({ hold: call }, signal);
    if (reply.status === "invalid") {
      await requireTime(clock, call.operationId);
      throw new NexusError("INTERNAL", {
        effect: "none",
        cause: new Error(`the ledger refused the hold ${call.operationId} as invalid`),
      });
    }
    if (reply.status === "held" || reply.status === "refused" || reply.status === "stale") counts[reply.status] += 1;
    if (reply.status === "replay") counts.replayed += 1;
    return reply;
  };

  let checkpointing = false;
  const checkpoint = async (streams: readonly StreamCheckpoint[]): Promise<void> => {
    if (streams.length === 0 || checkpointing) return;
    checkpointing = true;
    try {
      const rows = streams.map(({ operationId, costNanos, units }) => ({
        operation_id: operationId,
        cost: costNanos.toString(),
        units,
      }));
      await heartbeatConnection.run(
        { name: "nexus_checkpoint", text: "select nexus.nexus_checkpoint($1)", values: [JSON.stringify(rows)] },
        heartbeatLimitMs,
      );
    } catch (error) {
      log.warn({ err: error, streams: streams.length }, "checkpoint not written");
    } finally {
      checkpointing = false;
    }
  };

  const beginAttempt = async ({
    operationId,
    n,
    vendor,
    model,
    credentialTier,
    credentialId,
  }: AttemptStart): Promise<void> => {
    try {
      const values = [operationId, n, vendor, model, credentialTier, credentialId];
      await heartbeatConnection.run(
        { name: "nexus_begin_attempt", text: "select nexus.nexus_begin_attempt($1, $2, $3, $4, $5, $6)", values },
        heartbeatLimitMs,
      );
    } catch (error) {
      throw new NexusError("LEDGER_UNAVAILABLE", { effect: "none", cause: error });
    }
  };

  const acts = openActLedger({ connectionString, processId, requireDurability, log });
  const queue = openActQueue({ connectionString, processId, requireDurability, log });

  return {
    processId,
    reserve,
    settle,
    acts,
    queue,
    fence: heartbeat.fence,
    beginAttempt,
    checkpoint,
    lag: () => {
      const [reserving, settling] = [reserves.waiting(), settles.waiting()];
      return {
        connected: bookConnection.connected(),
        reserving: reserving.calls,
        settling: settling.calls,
        oldestMs: Math.max(reserving.oldestMs, settling.oldestMs),
        heartbeatAgeMs: heartbeat.ageMs(),
      };
    },
    probe: async (limitMs) => {
      if (reserves.waiting().calls + settles.waiting().calls === 0)
        await bookConnection.run({ text: "select 1" }, limitMs);
    },
    counts,
    close: async (timeoutMs = 10_000) => {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
      await Promise.race([reserves.drain().then(() => settles.drain()), limit]);
      heartbeat.stop();
      await Promise.all([acts.close(), queue.close(), bookConnection.close(), heartbeatConnection.close()]);
    },
  };
};
