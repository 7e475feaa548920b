import type pg from "pg";
import { NexusError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { LedgerConnection } from "./ledger-connection.ts";
import { sqlOutcome } from "./sql-outcome.ts";
import { answerWithin } from "../db/answer-within.ts";

/** Calls of one kind that wait under limits of their own. */
export interface Lane<Call, Reply> {
  readonly submit: (call: Call, signal?: AbortSignal) => Promise<Reply>;
  /** Calls without a reply, and the age of the oldest. */
  readonly waiting: () => { readonly calls: number; readonly oldestMs: number };
  /** Refuses new calls from now on, and resolves when the present ones have their replies. */
  readonly drain: () => Promise<void>;
}

/** Sends calls that wait at the same time as one statement, and gives each its own reply. */
export interface Coalescer<Call, Reply> {
  readonly openLane: <Own extends Call, Its extends Reply>(options: OpenLane<Own, Its>) => Lane<Own, Its>;
}

interface OpenLane<Call, Reply> {
  /** Beyond these a call is refused; Infinity for no limit. */
  readonly maxQueued: number;
  readonly maxQueuedMs: number;
  readonly maxInFlightMs: number;
  /** Calls with a key in common never share a batch. */
  readonly keysOf: (call: Call) => readonly string[];
  /** Rough size, so that large calls make small batches. */
  readonly bytesOf: (call: Call) => number;
  /** A reply came after its caller had gone. */
  readonly onAbandoned: (call: Call, reply: Reply) => void;
}

interface CreateCoalescer<Call, Reply> {
  readonly name: string;
  readonly connection: LedgerConnection;
  /** One statement and one commit; replies in the order of the calls. A call that is `resent` may be committed already. */
  readonly send: (client: pg.Client, calls: readonly Call[], resent: readonly boolean[]) => Promise<readonly Reply[]>;
  readonly onResend: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Item<Call, Reply> {
  readonly call: Call;
  readonly lane: LaneState<Call, Reply>;
  readonly since: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
  sent: boolean;
  /** Sent at least once without an answer: sent again until its outcome is known. */
  unknown: boolean;
  abandoned: boolean;
  /** In the batch that is being sent. */
  inFlight: boolean;
}

interface LaneState<Call, Reply> {
  readonly options: OpenLane<Call, Reply>;
  queue: Item<Call, Reply>[];
  inFlight: number;
  refusing: boolean;
  idle: (() => void)[];
}

const maxBatch = 256;
/** By then no caller waits any more; what was sent is sent again with the same result. */
const answerMs = 6_000;
const maxBatchBytes = 4 * 1024 * 1024;
const maxTries = 3;
/** Unknown outcomes in a row before a batch is halved. */
const maxRounds = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * At most 256 calls of a lane in a batch and one batch in flight. The next batch collects meanwhile, so no timer is needed.
 * What is under way is kept in arrays: a `Set` that calls enter and leave makes tables that only a full collection frees.
 */
export const createCoalescer = <Call, Reply>(options: CreateCoalescer<Call, Reply>): Coalescer<Call, Reply> => {
  const { name, connection, clock, log } = options;
  type Entry = Item<Call, Reply>;
  const lanes: LaneState<Call, Reply>[] = [];
  let batch: readonly Entry[] = [];
  let running = false;
  /** The last batch failed: a full disk, a server that shuts down. */
  let failing = false;
  let expiryTimer: NodeJS.Timeout | undefined;

  const unavailable = (): NexusError =>
    connection.connected() && !failing
      ? new NexusError("OVERLOADED", { effect: "none", retryAfterMs: 1_000 })
      : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 2_000 });

  const abandon = (item: Entry, error: unknown): void => {
    if (item.abandoned) return;
    item.abandoned = true;
    item.reject(error);
  };

  const leave = (item: Entry): void => {
    if (!item.inFlight) return;
    item.inFlight = false;
    item.lane.inFlight -= 1;
  };

  const someQueued = (): boolean => lanes.some(({ queue }) => queue.length > 0);

  const expire = (): void => {
    const now = clock.monotonic();
    for (const lane of lanes) {
      const { maxQueuedMs } = lane.options;
      if (!lane.queue.some(({ since }) => now - since > maxQueuedMs)) continue;
      lane.queue = lane.queue.filter((item) => {
        const late = now - item.since > maxQueuedMs;
        if (late) abandon(item, unavailable());
        return !late || item.unknown;
      });
    }
    for (const item of batch) {
      const { maxInFlightMs, maxQueuedMs } = item.lane.options;
      if (item.inFlight && now - item.since > (item.sent ? maxInFlightMs : maxQueuedMs)) abandon(item, unavailable());
    }
    if (!running && !someQueued()) {
      clearInterval(expiryTimer);
      expiryTimer = undefined;
    }
  };

  /** The oldest calls of a lane that fit into one batch; the others keep their places. */
  const takeFrom = (lane: LaneState<Call, Reply>, into: Entry[], keys: Set<string>): void => {
    const { queue } = lane;
    const { keysOf, bytesOf } = lane.options;
    const later: Entry[] = [];
    let [bytes, taken, index] = [0, 0, 0];
    for (; index < queue.length && taken < maxBatch; index += 1) {
      const item = queue[index];
      if (!item) break;
      const own = keysOf(item.call);
      const size = bytesOf(item.call);
      if (own.some((each) => keys.has(each))) later.push(item);
      else if (taken > 0 && bytes + size > maxBatchBytes) break;
      else {
        for (const each of own) keys.add(each);
        bytes += size;
        taken += 1;
        item.inFlight = true;
        into.push(item);
      }
    }
    lane.inFlight += taken;
    lane.queue = later.length === 0 ? queue.slice(index) : [...later, ...queue.slice(index)];
  };

  const take = (): Entry[] => {
    const taken: Entry[] = [];
    const keys = new Set<string>();
    for (const lane of lanes) if (lane.queue.length > 0) takeFrom(lane, taken, keys);
    return taken;
  };

  const answer = (item: Entry, reply: Reply): void => {
    leave(item);
    if (item.abandoned) item.lane.options.onAbandoned(item.call, reply);
    else item.resolve(reply);
  };

  const fail = (item: Entry, error: unknown): void => {
    leave(item);
    abandon(item, new NexusError("INTERNAL", { effect: "none", cause: error }));
  };

  const deliver = async (entries: readonly Entry[]): Promise<void> => {
    const halve = async (items: readonly Entry[]): Promise<void> => {
      const middle = Math.ceil(items.length / 2);
      await deliver(items.slice(0, middle));
      await deliver(items.slice(middle));
    };
    for (let round = 1; ; round += 1) {
      const wait = Math.min(10 * 2 ** round, 1_000) * (0.5 + Math.random() / 2);
      const client = await connection.client();
      // Calls without a waiting caller that were never sent are dropped.
      const items = entries.filter((item) => !item.abandoned || item.unknown);
      for (const item of entries) if (item.abandoned && !item.unknown) leave(item);
      if (items.length === 0) return;
      try {
        const resent = items.map(({ unknown, tries }) => unknown || tries > 0);
        const calls = items.map(({ call }) => call);
        for (const item of items) item.sent = true;
        const replies = await answerWithin(options.send(client, calls, resent), answerMs);
        if (replies.length !== items.length)
          throw new Error(`${name}: ${replies.length} replies to ${items.length} calls`);
        failing = false;
        items.forEach((item, index) => answer(item, replyAt(replies, index)));
        return;
      } catch (error) {
        const outcome = sqlOutcome(error);
        if (outcome === "unknown") {
          failing = true;
          connection.discard(client);
          for (const item of items) item.unknown = true;
          options.onResend();
          log.warn(
            { err: error, batch: items.length, direction: name },
            "outcome of a ledger batch unknown; sending it again",
          );
          await pause(wait);
          if (round < maxRounds) continue;
          if (items.length > 1) return halve(items);
          // One call that keeps failing must not block the others.
          for (const item of items) {
            leave(item);
            item.lane.queue.push(item);
          }
          return;
        }
        if (outcome === "retry" && items.every((item) => item.unknown || item.tries < maxTries)) {
          for (const item of items) item.tries += 1;
          await pause(wait);
          continue;
        }
        const [only] = items;
        if (items.length === 1 && only) {
          log.error({ err: error, direction: name }, "ledger call rejected");
          fail(only, error);
          return;
        }
        return halve(items);
      }
    }
  };

  const tellIdle = (): void => {
    for (const lane of lanes) {
      if (lane.idle.length === 0 || lane.queue.length + lane.inFlight > 0) continue;
      for (const done of lane.idle) done();
      lane.idle = [];
    }
  };

  const flush = async (): Promise<void> => {
    try {
      while (someQueued()) {
        batch = take();
        try {
          await deliver(batch);
        } catch (error) {
          for (const item of batch) if (item.inFlight) fail(item, error);
        }
        tellIdle();
      }
    } finally {
      batch = [];
      running = false;
      if (someQueued()) scheduleFlush();
      else tellIdle();
    }
  };

  /** Calls made in the same turn of the event loop share a batch. */
  const scheduleFlush = (): void => {
    if (running) return;
    running = true;
    setImmediate(() => void flush());
  };

  const submitTo = (lane: LaneState<Call, Reply>, call: Call, signal?: AbortSignal): Promise<Reply> => {
    const { maxQueued, maxQueuedMs } = lane.options;
    if (lane.refusing)
      return Promise.reject(new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 2_000 }));
    if (lane.queue.length >= maxQueued) return Promise.reject(unavailable());
    if (signal?.aborted) return Promise.reject(new NexusError("REQUEST_CANCELLED", { effect: "none" }));
    return new Promise<Reply>((resolve, reject) => {
      const onAbort = (): void => {
        abandon(item, new NexusError("REQUEST_CANCELLED", { effect: "none" }));
        if (!item.inFlight && !item.unknown) lane.queue = lane.queue.filter((other) => other !== item);
      };
      const item: Entry = {
        call,
        lane,
        since: clock.monotonic(),
        resolve: (reply) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(reply);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", onAbort);
          reject(error);
        },
        tries: 0,
        sent: false,
        unknown: false,
        abandoned: false,
        inFlight: false,
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      lane.queue.push(item);
      if (maxQueuedMs !== Infinity) expiryTimer ??= setInterval(expire, 100).unref();
      scheduleFlush();
    });
  };

  return {
    openLane: <Own extends Call, Its extends Reply>(own: OpenLane<Own, Its>): Lane<Own, Its> => {
      // What comes out of a lane is what went in, and its replies are of its kind.
      const lane = { options: own, queue: [], inFlight: 0, refusing: false, idle: [] } as unknown as LaneState<
        Call,
        Reply
      >;
      lanes.push(lane);
      return {
        submit: (call, signal) => submitTo(lane, call, signal) as Promise<Its>,
        waiting: () => {
          const first = batch.find((item) => item.lane === lane && item.inFlight) ?? lane.queue[0];
          return {
            calls: lane.queue.length + lane.inFlight,
            oldestMs: first ? clock.monotonic() - first.since : 0,
          };
        },
        drain: () => {
          lane.refusing = true;
          return lane.queue.length + lane.inFlight > 0
            ? new Promise((resolve) => lane.idle.push(resolve))
            : Promise.resolve();
        },
      };
    },
  };
};

/** Guaranteed by the caller: there are as many replies as calls. */
const replyAt = <Reply>(replies: readonly Reply[], index: number): Reply => replies[index] as Reply;
