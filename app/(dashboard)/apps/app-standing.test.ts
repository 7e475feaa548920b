import { expect, it } from "vitest";
import { standingOf, type ListedApp } from "./app-standing.ts";

const now = new Date("2026-11-29T12:00:00Z");
const app: ListedApp = {
  id: "srv_a",
  name: "A",
  kind: "application",
  registered: true,
  enabled: true,
  lastSeenAt: "2026-11-29T11:00:00Z",
};
const wordOf = (more: Partial<ListedApp>): string => standingOf({ ...app, ...more }, now).word;

it("tells an app that calls from one that may bypass Nexus", () => {
  expect(wordOf({})).toBe("attributed");
  expect(wordOf({ lastSeenAt: "2026-11-22T12:00:01Z" })).toBe("attributed");
  expect(wordOf({ lastSeenAt: "2026-11-22T12:00:00Z" })).toBe("may bypass Nexus");
  expect(wordOf({ lastSeenAt: null })).toBe("no call yet");
});

it("says first what an administrator did, then what Topolo Auth says, then what was called", () => {
  expect(wordOf({ enabled: false, registered: false, lastSeenAt: null })).toBe("switched off");
  expect(wordOf({ registered: false, lastSeenAt: null })).toBe("not registered");
});

it("leads to what to do wherever something is to be done", () => {
  for (const more of [{ registered: false }, { lastSeenAt: null }, { lastSeenAt: "2026-01-01T00:00:00Z" }])
    expect(standingOf({ ...app, ...more }, now).help).toMatch(/^\/docs\//);
  expect(standingOf(app, now).help).toBeUndefined();
});
