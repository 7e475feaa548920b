import { inject } from "vitest";

let handedOut = false;

/** The vendor key of the run, for suites that put one somewhere: what they leave behind is searched for it. */
export const canaryKey = (): string => {
  handedOut = true;
  return inject("canaryKey");
};

/** The key to search for; undefined where no suite of this process has had it, so that it can be nowhere. */
export const handedOutCanaryKey = (): string | undefined => (handedOut ? inject("canaryKey") : undefined);
