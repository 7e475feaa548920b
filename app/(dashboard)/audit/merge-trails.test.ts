import fc from "fast-check";
import { expect, test } from "vitest";
import { atEnd, mergeTrails, readPosition, type TrailPage } from "./merge-trails.ts";
import { readAuthEvents, type TrailEvent, type TrailLog } from "./trail-event.ts";

const eventAt = (log: TrailLog, id: string, at: number): TrailEvent => ({
  id,
  log,
  at: new Date(at).toISOString(),
  actor: { kind: "user", id: "usr_a", name: "Ann" },
  person: undefined,
  organization: undefined,
  app: undefined,
  action: "budget.set",
  words: "set a budget",
  outcome: "success",
  target: undefined,
  door: undefined,
  ip: undefined,
  requestId: undefined,
  details: {},
});

/** A log that is read page by page, as both of them are. */
const pageOf = (all: readonly TrailEvent[], position: string, size: number): TrailPage => {
  if (position === atEnd) return { events: [] };
  const start = position === "" ? 0 : all.findIndex(({ id }) => id === position) + 1;
  const events = all.slice(start, start + size);
  const last = events.at(-1);
  return { events, ...(start + size < all.length && last ? { next: last.id } : {}) };
};

const times = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 });

test("reading on shows every event of both logs once, newest first", () => {
  fc.assert(
    fc.property(times, times, fc.integer({ min: 1, max: 7 }), (nexus, auth, size) => {
      const make = (log: TrailLog, moments: readonly number[]) =>
        moments.toSorted((a, b) => b - a).map((at, index) => eventAt(log, `${log}_${index}`, at * 1_000));
      const whole = { nexus: make("nexus", nexus), auth: make("auth", auth) };
      const seen: TrailEvent[] = [];
      let next: string | undefined = "";
      for (let page = 0; next !== undefined && page < 200; page += 1) {
        const before = readPosition(next);
        const merged = mergeTrails(
          { nexus: pageOf(whole.nexus, before.nexus, size), auth: pageOf(whole.auth, before.auth, size) },
          before,
          size,
        );
        seen.push(...merged.events);
        ({ next } = merged);
      }
      expect(next).toBeUndefined();
      expect(seen.map(({ id }) => id).toSorted()).toEqual(
        [...whole.nexus, ...whole.auth].map(({ id }) => id).toSorted(),
      );
      expect(seen.map(({ at }) => at)).toEqual(
        seen
          .map(({ at }) => at)
          .toSorted()
          .toReversed(),
      );
    }),
  );
});

test("what Nexus has authInWords Auth of is not shown twice, and a page that held nothing else is read on from", () => {
  const told = { id: "aud_1", occurredAt: "2026-11-01T00:00:00Z", actorType: "user", words: "w", outcome: "success" };
  const page = readAuthEvents({
    events: [{ ...told, action: "vendor-key.create", details: { toldBy: "srv_nexus" } }],
    nextAfter: "aud_1",
  });
  expect(page.events).toHaveLength(1);
  expect(mergeTrails({ nexus: { events: [] }, auth: page }, readPosition(undefined), 50)).toEqual({
    events: [],
    next: "-~aud_1",
  });
});
