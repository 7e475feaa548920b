import { randomBytes } from "node:crypto";
import { inject } from "vitest";

let handedOut = false;

/** A program that borrows what suites send has no run, and nobody searches what it leaves. */
const keyOfRun = (): string =>
  process.env.VITEST === undefined ? `sk-${randomBytes(12).toString("hex")}` : inject("canaryKey");

/** The vendor key of the run, for suites that put one somewhere: what they leave behind is searched for it. */
export const canaryKey = (): string => {
  handedOut = true;
  return keyOfRun();
};

/** The key to search for; undefined where no suite of this process has had it, so that it can be nowhere. */
export const handedOutCanaryKey = (): string | undefined => (handedOut ? inject("canaryKey") : undefined);
