import type { TakenEntry } from "../platform/ledger/index.ts";
import type { Gateway } from "./gateway.ts";
import { runQueued } from "./run-queued.ts";

/** Carries out what is due, beside those of other processes. */
export interface QueueWorker {
  /** Takes nothing any more; what was taken goes on, and is among the calls under way. */
  readonly stop: () => void;
}

interface StartQueueWorker {
  readonly gateway: Gateway;
  /** Not before. */
  readonly needed?: Promise<void>;
  /** How much is under way at once, in this process. */
  readonly slots?: number;
}

const idleMs = 500;
/** Of all contents under way together; composing a mail takes some times as much. */
const maxBytes = 32 * 1024 * 1024;
/** Of one attempt: a vendor that hangs has a slot for so long. */
const longestCallMs = 60_000;
const graceMs = 60_000;
/** How long an organization is left alone of whose vendors none could be asked. */
const leftAloneMs = 2_000;

/**
 * Takes what is due whenever there is room for some of it: bounded in number and in bytes, and no organization has more than
 * a third of the room, so that one whose vendor hangs does not hold up the others.
 */
export const startQueueWorker = ({ gateway: given, needed, slots = 32 }: StartQueueWorker): QueueWorker => {
  const gateway: Gateway = { ...given, callTimeoutMs: Math.min(given.callTimeoutMs, longestCallMs) };
  const { ledger, clock, log } = gateway;
  const share = Math.max(1, Math.ceil(slots / 3));
  const worthwhile = Math.max(1, Math.floor(slots / 4));
  const underWay = new Map<string, TakenEntry>();
  const countOf = new Map<string, number>();
  const aloneUntil = new Map<string, number>();
  let bytes = 0;
  let after = "";
  let taking = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const skipped = (): string[] => {
    const now = clock.monotonic();
    for (const [organizationId, until] of aloneUntil) if (until <= now) aloneUntil.delete(organizationId);
    return [...[...countOf].filter(([, count]) => count >= share).map(([id]) => id), ...aloneUntil.keys()];
  };

  const run = async (entry: TakenEntry): Promise<void> => {
    const { operationId, organizationId, content } = entry;
    underWay.set(operationId, entry);
    countOf.set(organizationId, (countOf.get(organizationId) ?? 0) + 1);
    bytes += content.byteLength;
    try {
      const { outcome, asked } = await runQueued(gateway, entry);
      if (outcome === "waits" && !asked) aloneUntil.set(organizationId, clock.monotonic() + leftAloneMs);
      gateway.onQueued(outcome);
    } catch (error) {
      log.error(
        { err: error, operationId },
        "what was taken from the queue has no recorded end; recovery gives it one",
      );
    } finally {
      underWay.delete(operationId);
      bytes -= content.byteLength;
      const left = (countOf.get(organizationId) ?? 1) - 1;
      if (left === 0) countOf.delete(organizationId);
      else countOf.set(organizationId, left);
      if (slots - underWay.size >= worthwhile) void fill();
    }
  };

  /** Goes on for as long as something is due and there is room for it. */
  const fill = async (): Promise<void> => {
    if (taking || stopped) return;
    taking = true;
    try {
      for (;;) {
        const room = Math.min(slots - underWay.size, share);
        if (stopped || room < 1 || (bytes >= maxBytes && underWay.size > 0)) return;
        const answer = await ledger.queue.take({
          limit: room,
          bytes: maxBytes - bytes,
          ttlMs: gateway.callTimeoutMs + graceMs,
          skip: skipped(),
          own: [...underWay.keys()],
          after,
        });
        ({ after } = answer);
        for (const entry of answer.taken) void run(entry);
        if (answer.taken.length === 0) return;
      }
    } catch (error) {
      log.warn({ err: error }, "the queue cannot be read; trying again");
    } finally {
      taking = false;
    }
  };

  const tick = (): void => {
    void fill().finally(() => {
      if (!stopped) timer = setTimeout(tick, idleMs * (0.75 + Math.random() / 2)).unref();
    });
  };
  ledger.queue.onEntry((dueAt) => {
    if (dueAt.getTime() <= clock.now()) void fill();
  });
  void (needed ?? Promise.resolve()).then(tick);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
