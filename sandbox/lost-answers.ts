import { bytesBefore, frameBytes, insert, replaced, settingOf, stopAt, withFrames } from "./plan.ts";
import type { SandboxFault, Plan } from "./plan.ts";

const megabyte = 1_048_576;

const gatewayPage = (plan: Plan, status: number, words: string): Plan =>
  replaced(plan, status, { "content-type": "text/html" }, `<html><h1>${status} ${words}</h1><hr>gateway</html>\n`);

/** The vendor did its work and bills for it, and the answer never comes, or not all of it. */
export const lostAnswers = {
  "hang-before-headers": {
    doc: "Does the work, then never answers.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, -1, "hang"),
  },
  "hang-mid-body": {
    doc: "Sends `at` bytes (half the body) and then nothing, with the connection open.",
    billed: true,
    source: "http-incomplete",
    plan: (plan, { settings }) =>
      stopAt(plan, settingOf(settings, "at", Math.floor(frameBytes(plan.reply.frames) / 2)), "hang"),
  },
  "cut-before-headers": {
    doc: "Does the work, then closes the connection without a byte.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, -1, "cut"),
  },
  "reset-before-headers": {
    doc: "Does the work, then resets the connection without a byte.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, -1, "reset"),
  },
  "cut-at-byte": {
    doc: "Closes the connection after `at` (0) bytes of the body.",
    billed: true,
    source: "http-incomplete",
    plan: (plan, { settings }) => stopAt(plan, settingOf(settings, "at", 0), "cut"),
  },
  "cut-before-first-delta": {
    doc: "Closes after a stream's opening; an unstreamed answer loses its whole body.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, bytesBefore(plan.reply, "delta", 0), "cut"),
  },
  "cut-mid-stream": {
    doc: "Closes in the middle of the body, mid-event as it falls.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, Math.floor(frameBytes(plan.reply.frames) / 2), "cut"),
  },
  "cut-after-last-delta": {
    doc: "Closes between a stream's last delta and its usage; an unstreamed answer loses its second half.",
    billed: true,
    source: "openai-stream",
    plan: (plan) => stopAt(plan, bytesBefore(plan.reply, "usage", 0.5), "cut"),
  },
  "cut-after-usage": {
    doc: "Closes between a stream's usage and its ending; an unstreamed answer loses its last byte.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) =>
      stopAt(plan, plan.reply.streamed ? bytesBefore(plan.reply, "end", 1) : frameBytes(plan.reply.frames) - 1, "cut"),
  },
  "end-early": {
    doc: "Ends a stream in good order after its deltas, without usage and ending.",
    billed: true,
    source: "openai-stream",
    plan: (plan) => {
      const early = withFrames(plan, (all) => all.filter((one) => one.kind !== "usage" && one.kind !== "end"));
      return plan.reply.streamed ? { ...early, reply: { ...early.reply, reported: null } } : plan;
    },
  },
  "error-mid-stream": {
    doc: "Ends a stream after half its deltas with an error event; an unstreamed answer becomes a 500.",
    billed: true,
    source: "anthropic-errors",
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
  "answer-late": {
    doc: "Does the work and answers after `delayMs` (130000), when no caller waits any more.",
    billed: true,
    source: "anthropic-errors",
    plan: (plan, { settings }) => ({ ...plan, delayMs: plan.delayMs + settingOf(settings, "delayMs", 130_000) }),
  },
  "reset-mid-body": {
    doc: "Resets the connection in the middle of the body.",
    billed: true,
    source: "http-incomplete",
    plan: (plan) => stopAt(plan, Math.floor(frameBytes(plan.reply.frames) / 2), "reset"),
  },
  "truncated-json": {
    doc: "Ends in good order, its length as announced, in the middle of the JSON: of the answer, or of a stream's delta.",
    billed: true,
    source: "untrusted",
    plan: (plan) => {
      const frames = plan.reply.frames.filter(
        (one) => one.kind === "open" || one.kind === "delta" || one.kind === "whole",
      );
      const body = Buffer.concat(frames.map((one) => Buffer.from(one.bytes)));
      const half = {
        kind: plan.reply.streamed ? "delta" : "whole",
        bytes: body.subarray(0, body.length >> 1),
      } as const;
      return { ...plan, reply: { ...plan.reply, frames: [half], reported: null } };
    },
  },
  "too-large": {
    doc: "Sends `megabytes` (65) of comments, or of white space in the body, ahead of the answer: more than anybody reads.",
    billed: true,
    source: "event-stream",
    plan: (plan, { settings }) => {
      const size = settingOf(settings, "megabytes", 65) * megabyte;
      const large = insert(plan, `: ${"x".repeat(size)}\n\n`, " ".repeat(size));
      return { ...large, reply: { ...large.reply, reported: null } };
    },
  },
  "bare-502": {
    doc: "Does the work, and a gateway in between says 502 in a page of its own.",
    billed: true,
    source: "http-gateway",
    plan: (plan) => gatewayPage(plan, 502, "Bad Gateway"),
  },
  "bare-504": {
    doc: "Does the work, and a gateway in between says 504 in a page of its own.",
    billed: true,
    source: "http-gateway",
    plan: (plan) => gatewayPage(plan, 504, "Gateway Time-out"),
  },
  "error-after-work": {
    doc: "Does the work, runs out of time over it, and answers `status` (504) in the vendor's error body.",
    billed: true,
    source: "anthropic-errors",
    plan: (plan, { settings, error }) => ({
      ...plan,
      reply: error(settingOf(settings, "status", 504), "The sandbox was told to fail after its work."),
    }),
  },
} satisfies Record<string, SandboxFault>;
