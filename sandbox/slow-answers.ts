import { settingOf } from "./plan.ts";
import type { SandboxFault } from "./plan.ts";
import { seededRandom } from "./seeded-random.ts";

/** Answers that take their time, and are whole in the end. */
export const slowAnswers = {
  latency: {
    doc: "Waits `delayMs` (500), plus up to `jitterMs` (0) drawn from `seed` (1), before the headers.",
    billed: true,
    source: "http-incomplete",
    plan: (plan, { settings, position }) => ({
      ...plan,
      delayMs:
        plan.delayMs +
        settingOf(settings, "delayMs", 500) +
        settingOf(settings, "jitterMs", 0) * seededRandom(settingOf(settings, "seed", 1), position),
    }),
  },
  pace: {
    doc: "Waits `everyMs` (20) before each delta of a stream.",
    billed: true,
    source: "openai-stream",
    plan: (plan, { settings }) => ({ ...plan, paceMs: settingOf(settings, "everyMs", 20) }),
  },
  "delay-before-usage": {
    doc: "Waits `delayMs` (500) between a stream's last delta and its usage; changes nothing in an unstreamed answer.",
    billed: true,
    source: "openai-stream",
    plan: (plan, { settings }) => ({ ...plan, usageDelayMs: settingOf(settings, "delayMs", 500) }),
  },
  "slow-drip": {
    doc: "Sends the body in slices of `bytes` (16), one every `everyMs` (50).",
    billed: true,
    source: "http-incomplete",
    plan: (plan, { settings }) => ({
      ...plan,
      drip: {
        bytes: Math.max(1, settingOf(settings, "bytes", 16)),
        everyMs: settingOf(settings, "everyMs", 50),
      },
    }),
  },
} satisfies Record<string, SandboxFault>;
