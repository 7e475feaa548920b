import { expect, it } from "vitest";
import type { RunEvidence, JudgedOperation } from "./evidence.ts";
import { reopen } from "./falsify.ts";
import { judge } from "./judge.ts";
import { plants } from "./plants.ts";
import { syntheticEvidence } from "./synthetic-evidence.ts";
import { leastDemand } from "./verdicts/enough.ts";

// The judge is examined: each lie in the evidence of a sound run fails the verdicts it must.

const sound = syntheticEvidence();
const demand = { ...leastDemand, callers: 6 };
const failed = (evidence: RunEvidence): string[] =>
  judge(evidence, demand).verdicts.flatMap(({ invariant, passed }) => (passed ? [] : [invariant]));

it("passes a sound run, having looked at something for every verdict", () => {
  const { verdicts, passed } = judge(sound, demand);
  expect(verdicts.filter((verdict) => !verdict.passed)).toEqual([]);
  expect(passed).toBe(true);
  for (const { checked } of verdicts) expect(checked).toBeGreaterThan(0);
});

it("passes a run in which a doubt that had ended is still open", () => {
  const doubted = sound.operations.filter(({ state, doubt }) => state === "settled" && doubt !== null);
  expect(doubted.length).toBeGreaterThan(1);
  expect(failed(doubted.reduce(reopen, sound)).filter((invariant) => invariant !== "evidence")).toEqual([]);
});

it("passes a run in which a process that had been given up came back with its own count, and that count alone", () => {
  const told = new Set(
    sound.client.flatMap((line) => (line.type === "reply" && line.status === 200 ? [line.operationId] : [])),
  );
  const row = sound.operations.find(({ operationId, source }) => source === "estimated" && told.has(operationId));
  expect(row).toBeDefined();
  const ended = (change: Partial<JudgedOperation>): RunEvidence => ({
    ...sound,
    operations: sound.operations.map((one) =>
      one === row ? { ...one, doubt: "process_lost", processAlive: false, ...change } : one,
    ),
  });
  expect(failed(ended({}))).toEqual([]);
  // Policy, or a doubt that its own process had, would have ended at the hold.
  expect(failed(ended({ resolvedBy: "policy" }))).toEqual(expect.arrayContaining(["I-6", "estimates"]));
  expect(failed(ended({ doubt: "cut" }))).toEqual(expect.arrayContaining(["I-6", "estimates"]));
});

it("has at least thirty plants, each under a name of its own", () => {
  expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length);
  expect(plants.length).toBeGreaterThanOrEqual(30);
});

it.each(plants.map((plant) => [plant.name, plant] as const))("notices %s", (_name, { apply, noticedBy }) => {
  expect(failed(apply(sound))).toEqual(expect.arrayContaining([...noticedBy]));
});
