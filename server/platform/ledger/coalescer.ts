import type pg from "pg";
import { NexusError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { LedgerConnection } from "./ledger-connection.ts";
import { sqlOutcome } from "./sql-outcome.ts";
import { answerWithin } from "../db/answer-within.ts";

/** Sends calls that wait at the same time as one statement, and gives each its own reply. */
export interface Coalescer<Call, Reply> {
  readonly submit: (call: Call, signal?: AbortSignal) => Promise<Reply>;
  /** Calls without a reply, and the age of the oldest. */
  readonly waiting: () => { readonly calls: number; readonly oldestMs: number };
  /** Refuses new calls from now on, and resolves when the present ones have their replies. */
  readonly drain: () => Promise<void>;
}

interface CreateCoalescer<Call, Reply> {
  readonly name: string;
  readonly connection: LedgerConnection;
  /** One statement and one commit; replies in the order of the calls. A call that is `resent` may be committed already. */
  readonly send: (client: pg.Client, calls: readonly Call[], resent: readonly boolean[]) => Promise<readonly Reply[]>;
  /** Calls with a key in common never share a batch. */
  readonly keysOf: (call: Call) => readonly string[];
  /** Rough size, so that large calls make small batches. */
  readonly bytesOf: (call: Call) => number;
  /** Beyond these a call is refused; Infinity for no limit. */
  readonly maxQueued: number;
  readonly maxQueuedMs: number;
  readonly maxInFlightMs: number;
  /** A reply came after its caller had gone. */
  readonly onAbandoned: (call: Call, reply: Reply) => void;
  readonly onResend: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Item<Call, Reply> {
  readonly call: Call;
  readonly since: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
  sent: boolean;
  /** Sent at least once without an answer: sent again until its outcome is known. */
  unknown: boolean;
  abandoned: boolean;
}

const maxBatch = 256;
/** By then no caller waits any more; what was sent is sent again with the same result. */
const answerMs = 6_000;
const maxBatchBytes = 4 * 1024 * 1024;
const maxTries = 3;
/** Unknown outcomes in a row before a batch is halved. */
const maxRounds = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** At most 256 calls in a batch and one batch in flight. The next batch collects meanwhile, so no timer is needed. */
export const createCoalescer = <Call, Reply>(options: CreateCoalescer<Call, Reply>): Coalescer<Call, Reply> => {
  const { name, connection, clock, log } = options;
  type Entry = Item<Call, Reply>;
  let queue: Entry[] = [];
  const inFlight = new Set<Entry>();
  let running = false;
  let refusing = false;
  /** The last batch failed: a full disk, a server that shuts down. */
  let failing = false;
  let expiryTimer: NodeJS.Timeout | undefined;
  let idle: (() => void)[] = [];

  const unavailable = (): NexusError =>
    connection.connected() && !failing
      ? new NexusError("OVERLOADED", { effect: "none", retryAfterMs: 1_000 })
      : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 2_000 });

  const abandon = (item: Entry, error: unknown): void => {
    if (item.abandoned) return;
    item.abandoned = true;
    item.reject(error);
  };

  const expire = (): void => {
    const now = clock.monotonic();
    if (queue.some(({ since }) => now - since > options.maxQueuedMs)) {
      const kept: Entry[] = [];
      for (const item of queue) {
        const late = now - item.since > options.maxQueuedMs;
        if (late) abandon(item, unavailable());
        if (!late || item.unknown) kept.push(item);
      }
      queue = kept;
    }
    for (const item of inFlight) {
      if (now - item.since > (item.sent ? options.maxInFlightMs : options.maxQueuedMs)) abandon(item, unavailable());
    }
    if (queue.length + inFlight.size === 0) {
      clearInterval(expiryTimer);
      expiryTimer = undefined;
    }
  };

  /** The oldest calls that fit into one batch; the others keep their places. */
  const take = (): Entry[] => {
    const batch: Entry[] = [];
    const later: Entry[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    let index = 0;
    for (; index < queue.length && batch.length < maxBatch; index += 1) {
      const item = queue[index];
      if (!item) break;
      const own = options.keysOf(item.call);
      const size = options.bytesOf(item.call);
      if (own.some((each) => keys.has(each))) later.push(item);
      else if (batch.length > 0 && bytes + size > maxBatchBytes) break;
      else {
        for (const each of own) keys.add(each);
        bytes += size;
        batch.push(item);
      }
    }
    queue = later.length === 0 ? queue.slice(index) : [...later, ...queue.slice(index)];
    return batch;
  };

  const answer = (item: Entry, reply: Reply): void => {
    inFlight.delete(item);
    if (item.abandoned) options.onAbandoned(item.call, reply);
    else item.resolve(reply);
  };

  const fail = (item: Entry, error: unknown): void => {
    inFlight.delete(item);
    abandon(item, new NexusError("INTERNAL", { effect: "none", cause: error }));
  };

  const deliver = async (batch: readonly Entry[]): Promise<void> => {
    const halve = async (items: readonly Entry[]): Promise<void> => {
      const middle = Math.ceil(items.length / 2);
      await deliver(items.slice(0, middle));
      await deliver(items.slice(middle));
    };
    for (let round = 1; ; round += 1) {
      const wait = Math.min(10 * 2 ** round, 1_000) * (0.5 + Math.random() / 2);
      const client = await connection.client();
      // Calls without a waiting caller that were never sent are dropped.
      const items = batch.filter((item) => !item.abandoned || item.unknown);
      for (const item of batch) if (item.abandoned && !item.unknown) inFlight.delete(item);
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
          for (const item of items) inFlight.delete(item);
          queue.push(...items);
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

  const flush = async (): Promise<void> => {
    try {
      while (queue.length > 0) {
        const batch = take();
        for (const item of batch) inFlight.add(item);
        try {
          await deliver(batch);
        } catch (error) {
          for (const item of batch) if (inFlight.has(item)) fail(item, error);
        }
      }
    } finally {
      running = false;
      if (queue.length > 0) scheduleFlush();
      else {
        for (const done of idle) done();
        idle = [];
      }
    }
  };

  /** Calls made in the same turn of the event loop share a batch. */
  const scheduleFlush = (): void => {
    if (running) return;
    running = true;
    setImmediate(() => void flush());
  };

  const submit = (call: Call, signal?: AbortSignal): Promise<Reply> => {
    if (refusing) return Promise.reject(new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 2_000 }));
    if (queue.length >= options.maxQueued) return Promise.reject(unavailable());
    if (signal?.aborted) return Promise.reject(new NexusError("REQUEST_CANCELLED", { effect: "none" }));
    return new Promise<Reply>((resolve, reject) => {
      const onAbort = (): void => {
        abandon(item, new NexusError("REQUEST_CANCELLED", { effect: "none" }));
        if (!inFlight.has(item) && !item.unknown) queue = queue.filter((other) => other !== item);
      };
      const item: Entry = {
        call,
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
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      queue.push(item);
      if (options.maxQueuedMs !== Infinity) expiryTimer ??= setInterval(expire, 100).unref();
      scheduleFlush();
    });
  };

  return {
    submit,
    waiting: () => {
      const first = inFlight.values().next().value ?? queue[0];
      return { calls: queue.length + inFlight.size, oldestMs: first ? clock.monotonic() - first.since : 0 };
    },
    drain: () => {
      refusing = true;
      return running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve();
    },
  };
};

/** Guaranteed by the caller: there are as many replies as calls. */
const replyAt = <Reply>(replies: readonly Reply[], index: number): Reply => replies[index] as Reply;
