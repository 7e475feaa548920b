import { expect, test } from "vitest";
import { areStepsShown, stepNames, stepsFor, type StepFacts } from "./first-steps.ts";

test("people are led to what they may do: guests to nothing, members to a call, administrators to everything", () => {
  expect(stepsFor(undefined)).toEqual([]);
  expect(stepsFor({ role: "guest" })).toEqual([]);
  expect(stepsFor({ role: "member" })).toEqual(["call"]);
  for (const role of ["admin", "owner"] as const) expect(stepsFor({ role })).toEqual(stepNames);
});

const none: StepFacts = { call: false, key: false, budget: false, app: false };
const all: StepFacts = { call: true, key: true, budget: true, app: true };

test("the steps are shown until all are done, and not before it is known which are", () => {
  expect(areStepsShown(null, stepNames, none)).toBe(true);
  expect(areStepsShown(null, stepNames, { ...all, app: false })).toBe(true);
  expect(areStepsShown(null, stepNames, all)).toBe(false);
  expect(areStepsShown(null, stepNames, { ...none, app: undefined })).toBe(false);
  expect(areStepsShown(null, ["call"], { ...none, call: true })).toBe(false);
  expect(areStepsShown(null, [], none)).toBe(false);
});

test("put away they stay away, and whoever asks sees them, done or not", () => {
  expect(areStepsShown("hidden", stepNames, none)).toBe(false);
  expect(areStepsShown("shown", stepNames, all)).toBe(true);
  expect(areStepsShown("shown", [], none)).toBe(false);
});
