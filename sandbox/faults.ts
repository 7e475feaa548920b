import { gzipSync } from "node:zlib";
import { dearestUsage } from "./dearest-usage.ts";
import {
  settingOf,
  bytesOf,
  bytesBefore,
  stopAt,
  withFrames,
  insert,
  tellNumbers,
  refusal,
  replaced,
  headersOf,
} from "./plan.ts";
import type { Fault } from "./plan.ts";
import { isObject, stringOf } from "./read-json.ts";
import type { JsonObject } from "./read-json.ts";
import { seededRandom } from "./seeded-random.ts";

const megabyte = 1_048_576;

/** Every fault, by the name that scripts use. */
export const faults = {
  latency: {
    doc: "Waits `delayMs` (500), plus up to `jitterMs` (0) drawn from `seed` (1), before the headers.",
    billed: true,
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
    plan: (plan, { settings }) => ({ ...plan, paceMs: settingOf(settings, "everyMs", 20) }),
  },
  "delay-before-usage": {
    doc: "Waits `delayMs` (500) between a stream's last delta and its usage; changes nothing in an unstreamed answer.",
    billed: true,
    plan: (plan, { settings }) => ({ ...plan, usageDelayMs: settingOf(settings, "delayMs", 500) }),
  },
  "slow-drip": {
    doc: "Sends the body in slices of `bytes` (16), one every `everyMs` (50).",
    billed: true,
    plan: (plan, { settings }) => ({
      ...plan,
      drip: {
        bytes: Math.max(1, settingOf(settings, "bytes", 16)),
        everyMs: settingOf(settings, "everyMs", 50),
      },
    }),
  },
  status: refusal(
    500,
    "Answers `status` (500) with `message` in the vendor's error body; `retryAfter` sets the header.",
  ),
  "bad-request": refusal(400, "Answers 400 in the vendor's error body."),
  unauthorized: refusal(401, "Refuses the key: 401, or what the vendor answers then (Google: 400)."),
  forbidden: refusal(403, "Answers 403."),
  "not-found": refusal(404, "Answers 404, as for a missing model."),
  "rate-limited": refusal(429, "Answers 429 with `retry-after` (`retryAfter`, 1).", "1"),
  "server-error": refusal(500, "Answers 500."),
  unavailable: refusal(503, "Answers 503."),
  overloaded: refusal(529, "Answers 529, Anthropic's status for overload."),
  raw: {
    doc: "Answers `status` (200) with the given `body` text and `headers`, instead of the vendor's answer.",
    billed: false,
    plan: (plan, { settings }) =>
      replaced(
        plan,
        settingOf(settings, "status", 200),
        { "content-type": "application/json", ...headersOf(settings["headers"]) },
        stringOf(settings["body"]),
      ),
  },
  "hang-before-headers": {
    doc: "Does the work, then never answers.",
    billed: true,
    plan: (plan) => stopAt(plan, -1, "hang"),
  },
  "hang-mid-body": {
    doc: "Sends `at` bytes (half the body) and then nothing, with the connection open.",
    billed: true,
    plan: (plan, { settings }) =>
      stopAt(plan, settingOf(settings, "at", Math.floor(bytesOf(plan.reply.frames) / 2)), "hang"),
  },
  "cut-before-headers": {
    doc: "Does the work, then closes the connection without a byte.",
    billed: true,
    plan: (plan) => stopAt(plan, -1, "cut"),
  },
  "reset-before-headers": {
    doc: "Does the work, then resets the connection without a byte.",
    billed: true,
    plan: (plan) => stopAt(plan, -1, "reset"),
  },
  "cut-at-byte": {
    doc: "Closes the connection after `at` (0) bytes of the body.",
    billed: true,
    plan: (plan, { settings }) => stopAt(plan, settingOf(settings, "at", 0), "cut"),
  },
  "cut-before-first-delta": {
    doc: "Closes after a stream's opening; an unstreamed answer loses its whole body.",
    billed: true,
    plan: (plan) => stopAt(plan, bytesBefore(plan.reply, "delta", 0), "cut"),
  },
  "cut-mid-stream": {
    doc: "Closes in the middle of the body, mid-event as it falls.",
    billed: true,
    plan: (plan) => stopAt(plan, Math.floor(bytesOf(plan.reply.frames) / 2), "cut"),
  },
  "cut-after-last-delta": {
    doc: "Closes between a stream's last delta and its usage; an unstreamed answer loses its second half.",
    billed: true,
    plan: (plan) => stopAt(plan, bytesBefore(plan.reply, "usage", 0.5), "cut"),
  },
  "cut-after-usage": {
    doc: "Closes between a stream's usage and its ending; an unstreamed answer loses its last byte.",
    billed: true,
    plan: (plan) =>
      stopAt(plan, plan.reply.streamed ? bytesBefore(plan.reply, "end", 1) : bytesOf(plan.reply.frames) - 1, "cut"),
  },
  "end-early": {
    doc: "Ends a stream in good order after its deltas, without usage and ending.",
    billed: true,
    plan: (plan) => {
      const early = withFrames(plan, (all) => all.filter((one) => one.kind !== "usage" && one.kind !== "end"));
      return plan.reply.streamed ? { ...early, reply: { ...early.reply, reported: null } } : plan;
    },
  },
  "malformed-json": {
    doc: "Breaks the JSON: of the whole answer, or of a stream's second delta.",
    billed: true,
    plan: (plan) =>
      withFrames(plan, (frames) => {
        const deltas = frames.filter((one) => one.kind === "delta");
        const broken = deltas[1] ?? deltas[0] ?? frames[0];
        return frames.map((one) =>
          one === broken ? { ...one, bytes: String(one.bytes).replace("{", '{"broken":') } : one,
        );
      }),
  },
  "usage-missing": {
    doc: "Tells no usage.",
    billed: true,
    telling: () => ({ edit: () => undefined }),
  },
  "usage-zero": { doc: "Tells explicit zeros.", billed: true, telling: tellNumbers(() => 0) },
  "usage-negative": {
    doc: "Tells negative counts.",
    billed: true,
    telling: tellNumbers((value) => -value - 1),
  },
  "usage-nan": {
    doc: 'Tells the string "NaN" for every count.',
    billed: true,
    telling: tellNumbers(() => "NaN"),
  },
  "usage-fractional": {
    doc: "Tells counts with a half.",
    billed: true,
    telling: tellNumbers((value) => value + 0.5),
  },
  "usage-absurd": {
    doc: "Tells 1e15 for every count.",
    billed: true,
    telling: tellNumbers(() => 1e15),
  },
  "usage-exact": {
    doc: "Tells the given `usage` object, in the vendor's own fields.",
    billed: true,
    telling: ({ usage }) => ({ edit: (truth: JsonObject) => (isObject(usage) ? usage : truth) }),
  },
  dearest: {
    doc: "Tells the most tokens that the vendor documents for the request, where they cost most; `media` says what is in its files, as in `audio:3600+image:640x480+video:60:1+document:12:5000`.",
    billed: true,
    telling: ({ media }, asked) => ({ edit: (truth: JsonObject) => dearestUsage(asked, media, truth) }),
  },
  "usage-cumulative": {
    doc: "Tells usage again and again as it grows; the last one is right.",
    billed: true,
    telling: () => ({ mode: "growing" }),
  },
  "usage-duplicate": {
    doc: "Tells a stream's usage twice.",
    billed: true,
    telling: () => ({ mode: "twice" }),
  },
  "giant-event": {
    doc: "Puts one event, or white space in the body, of `megabytes` (32) before the first delta.",
    billed: true,
    plan: (plan, { settings }) => {
      const size = settingOf(settings, "megabytes", 32) * megabyte;
      return insert(plan, `: ${"x".repeat(size)}\n\n`, " ".repeat(size));
    },
  },
  "comment-flood": {
    doc: "Puts `count` (100000) stream comments, or blank lines in the body, before the first delta.",
    billed: true,
    plan: (plan, { settings }) => {
      const count = settingOf(settings, "count", 100_000);
      return insert(plan, ": keep-alive\n\n".repeat(count), "\n".repeat(count));
    },
  },
  "gzip-bomb": {
    doc: "Answers a few hundred KB of gzip that unpack to `megabytes` (200) of white space.",
    billed: true,
    plan: (plan, { settings }) => {
      const member = gzipSync(Buffer.alloc(megabyte, " "));
      const bomb = Buffer.concat(Array.from({ length: settingOf(settings, "megabytes", 200) }, () => member));
      const headers = {
        "content-type": plan.reply.headers["content-type"] ?? "application/json",
        "content-encoding": "gzip",
      };
      return replaced(plan, 200, headers, bomb);
    },
  },
  redirect: {
    doc: "Answers `status` (307) with `to` (a public address) as location.",
    billed: false,
    plan: (plan, { settings }) =>
      replaced(
        plan,
        settingOf(settings, "status", 307),
        {
          location: stringOf(settings["to"]) || "https://example.com/elsewhere",
          "content-type": "text/plain",
        },
        "",
      ),
  },
  "wrong-content-type": {
    doc: "Answers 200 with an HTML page, as a proxy in between might.",
    billed: false,
    plan: (plan) =>
      replaced(
        plan,
        200,
        { "content-type": "text/html" },
        "<!doctype html><title>Welcome</title><p>Please sign in.</p>",
      ),
  },
  "error-in-200": {
    doc: "Answers status 200 with the vendor's error body.",
    billed: false,
    plan: (plan, { error }) => {
      const reply = error(500, "The sandbox was told to fail with status 200.");
      return { ...plan, reply: { ...reply, status: 200 } };
    },
  },
  "error-mid-stream": {
    doc: "Ends a stream after half its deltas with an error event; an unstreamed answer becomes a 500.",
    billed: true,
    plan: (plan, { error }) => {
      const reply = error(500, "The sandbox was told to fail in mid-stream.");
      if (!plan.reply.streamed) return { ...plan, reply: { ...reply, units: plan.reply.units } };
      const { frames } = plan.reply;
      const kept = frames.slice(0, Math.ceil(frames.filter((one) => one.kind !== "end").length / 2));
      const event = {
        kind: "end",
        bytes: `event: error\ndata: ${String(reply.frames[0]?.bytes)}\n\n`,
      } as const;
      return { ...plan, reply: { ...plan.reply, frames: [...kept, event], reported: null } };
    },
  },
  "many-headers": {
    doc: "Adds `count` (1000) response headers.",
    billed: true,
    plan: (plan, { settings }) => {
      const count = settingOf(settings, "count", 1_000);
      const extra = Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-sandbox-${at}`, "v".repeat(32)]));
      return { ...plan, reply: { ...plan.reply, headers: { ...plan.reply.headers, ...extra } } };
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name);
