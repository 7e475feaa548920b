import { dearestUsage } from "./dearest-usage.ts";
import { settingOf, tellNumbers } from "./plan.ts";
import type { SandboxFault } from "./plan.ts";
import { isObject } from "./read-json.ts";
import type { JsonObject } from "./read-json.ts";

/** Answers whose numbers are told otherwise than usual, or wrongly. */
export const toldUsage = {
  "usage-missing": {
    doc: "Tells no usage.",
    billed: true,
    source: "untrusted",
    telling: () => ({ edit: () => undefined }),
  },
  "usage-zero": { doc: "Tells explicit zeros.", billed: true, source: "untrusted", telling: tellNumbers(() => 0) },
  "usage-negative": {
    doc: "Tells negative counts.",
    billed: true,
    source: "untrusted",
    telling: tellNumbers((value) => -value - 1),
  },
  "usage-nan": {
    doc: 'Tells the string "NaN" for every count.',
    billed: true,
    source: "untrusted",
    telling: tellNumbers(() => "NaN"),
  },
  "usage-fractional": {
    doc: "Tells counts with a half.",
    billed: true,
    source: "untrusted",
    telling: tellNumbers((value) => value + 0.5),
  },
  "usage-absurd": {
    doc: "Tells 1e15 for every count.",
    billed: true,
    source: "untrusted",
    telling: tellNumbers(() => 1e15),
  },
  "usage-exact": {
    doc: "Tells the given `usage` object, in the vendor's own fields.",
    billed: true,
    source: "untrusted",
    telling: ({ usage }) => ({ edit: (truth: JsonObject) => (isObject(usage) ? usage : truth) }),
  },
  dearest: {
    doc: "Tells the most tokens that the vendor documents for the request, where they cost most; `media` says what is in its files, as in `audio:3600+image:640x480+video:60:1+document:12:5000`.",
    billed: true,
    source: "untrusted",
    telling: ({ media }, asked) => ({ edit: (truth: JsonObject) => dearestUsage(asked, media, truth) }),
  },
  "usage-inflated": {
    doc: "Uses `times` (20) as many tokens as the answer has, and reports and bills them.",
    billed: true,
    source: "untrusted",
    telling: (settings) => tellNumbers((value) => value * settingOf(settings, "times", 20))(),
    billsAsTold: true,
  },
  "usage-cumulative": {
    doc: "Tells usage again and again as it grows; the last one is right.",
    billed: true,
    source: "untrusted",
    telling: () => ({ mode: "growing" }),
  },
  "usage-duplicate": {
    doc: "Tells a stream's usage twice.",
    billed: true,
    source: "untrusted",
    telling: () => ({ mode: "twice" }),
  },
} satisfies Record<string, SandboxFault>;
