import { expect, test } from "vitest";
import { attentionOf } from "./attention.ts";
import type { SystemAnswer } from "./use-system.ts";

const well: SystemAnswer = {
  at: "2026-11-01T12:00:00.000Z",
  versions: { release: "1.0.0", node: "v24.0.0", postgres: "18.0" },
  ready: true,
  checks: [{ name: "database", ok: true, note: "answers" }],
  processes: [],
  tasks: [],
  queues: [{ name: "Mail", waiting: 3, later: 0, oldestSince: "2026-11-01T11:59:00.000Z", failed: 0 }],
  uncertain: [],
  circuits: [],
  snapshots: [],
  revocationFeed: null,
  migrations: { applied: 3, last: "c", pending: [] },
  findings: [
    { state: "ok", name: "durability", note: "on" },
    { state: "none", name: "circuit ollama", note: "limit reached" },
  ],
};

test("nothing needs attention where everything is well, though mail waits and a vendor's limit is reached", () => {
  expect(attentionOf(well)).toEqual([]);
});

test("what is not well is named once, with what to do", () => {
  const names = attentionOf({
    ...well,
    checks: [{ name: "disk", ok: false, note: "3 MiB free" }],
    findings: [
      { state: "bad", name: "circuit openai", note: "key refused", todo: "Store a new key" },
      { state: "bad", name: "migrations nexus", note: "1 to be applied", todo: "Start Topolo Nexus" },
    ],
    queues: [{ name: "Mail", waiting: 9, later: 0, oldestSince: "2026-11-01T11:45:00.000Z", failed: 2 }],
    uncertain: [{ vendor: "openai", count: 4, heldNanos: "1" }],
    migrations: { applied: 3, last: "c", pending: ["d"] },
  }).map(({ name, note }) => `${name}: ${note}`);
  expect(names).toEqual([
    "disk: 3 MiB free",
    "circuit openai: key refused",
    "migrations nexus: 1 to be applied",
    "Mail: the oldest has waited for 15 min",
    "Mail: 2 came back or were refused",
    "uncertain operations: 4 hold money until their outcome is known",
  ]);
});
