import { gzipSync } from "node:zlib";
import { insert, replaced, settingOf, withFrames } from "./plan.ts";
import type { SandboxFault } from "./plan.ts";

const megabyte = 1_048_576;

/** Answers that are whole and billed, and hard to read. */
export const hostileAnswers = {
  "malformed-json": {
    doc: "Breaks the JSON: of the whole answer, or of a stream's second delta.",
    billed: true,
    source: "untrusted",
    // The usage in it can be read, whatever else cannot.
    plan: (plan) =>
      withFrames(plan, (frames) => {
        const deltas = frames.filter((one) => one.kind === "delta");
        const broken = deltas[1] ?? deltas[0] ?? frames[0];
        return frames.map((one) =>
          one === broken ? { ...one, bytes: String(one.bytes).replace("{", '{"broken":') } : one,
        );
      }),
  },
  "giant-event": {
    doc: "Puts one event, or white space in the body, of `megabytes` (32) before the first delta.",
    billed: true,
    source: "event-stream",
    plan: (plan, { settings }) => {
      const size = settingOf(settings, "megabytes", 32) * megabyte;
      return insert(plan, `: ${"x".repeat(size)}\n\n`, " ".repeat(size));
    },
  },
  "comment-flood": {
    doc: "Puts `count` (100000) stream comments, or blank lines in the body, before the first delta.",
    billed: true,
    source: "event-stream",
    plan: (plan, { settings }) => {
      const count = settingOf(settings, "count", 100_000);
      return insert(plan, ": keep-alive\n\n".repeat(count), "\n".repeat(count));
    },
  },
  "gzip-bomb": {
    doc: "Answers a few hundred KB of gzip that unpack to `megabytes` (200) of white space.",
    billed: true,
    source: "http-semantics",
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
  "many-headers": {
    doc: "Adds `count` (1000) response headers.",
    billed: true,
    source: "http-semantics",
    plan: (plan, { settings }) => {
      const count = settingOf(settings, "count", 1_000);
      const extra = Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-sandbox-${at}`, "v".repeat(32)]));
      return { ...plan, reply: { ...plan.reply, headers: { ...plan.reply.headers, ...extra } } };
    },
  },
} satisfies Record<string, SandboxFault>;
