import { isObject, finiteNumberOf, stringOf } from "./read-json.ts";
import type { UsageRequest } from "./dearest-usage.ts";
import type { FaultSource } from "./fault-sources.ts";
import type { JsonObject } from "./read-json.ts";
import type { Frame, VendorFrameKind, VendorReply, UsageTelling } from "./vendor.ts";

/** A fault by name, with its settings. */
export interface FaultCall {
  readonly name: string;
  readonly [setting: string]: unknown;
}

/** A reply and how its bytes travel. */
export interface Plan {
  readonly reply: VendorReply;
  /** Waits this long before the first header. */
  readonly delayMs: number;
  /** Where the bytes stop, counted in bytes of the body; -1 stops before the headers. */
  readonly stop: { readonly atByte: number; readonly how: "cut" | "reset" | "hang" } | undefined;
  /** Sends slices of so many bytes with a pause between them. */
  readonly drip: { readonly bytes: number; readonly everyMs: number } | undefined;
  /** Pause before each delta of a stream. */
  readonly paceMs: number;
  /** Pause between a stream's last delta and its usage. */
  readonly usageDelayMs: number;
}

/** What a fault may look at beside the plan. */
export interface FaultInput {
  readonly settings: FaultCall;
  readonly error: (status: number, message: string) => VendorReply;
  /** Changes with every request, the same in every run. */
  readonly position: number;
}

export interface SandboxFault {
  readonly doc: string;
  /** False where the vendor never did the work, so that nothing is billed. */
  readonly billed: boolean;
  /** The vendor bills the numbers it tells, not what the answer has. */
  readonly billsAsTold?: boolean;
  readonly source: FaultSource;
  readonly plan?: (plan: Plan, input: FaultInput) => Plan;
  readonly telling?: (settings: FaultCall, asked: UsageRequest) => Partial<UsageTelling>;
}

/** A numeric setting, also where it came as text. */
export const settingOf = (settings: FaultCall, name: string, otherwise: number): number => {
  const value = settings[name];
  return finiteNumberOf(typeof value === "string" && value !== "" ? Number(value) : value) ?? otherwise;
};

export const frameBytes = (frames: readonly Frame[]): number =>
  frames.reduce((sum, one) => sum + Buffer.byteLength(one.bytes), 0);

/** Bytes before the first frame of a kind; in an answer of one piece, the given share of it. */
export function bytesBefore(reply: VendorReply, kind: VendorFrameKind, share: number): number {
  const at = reply.frames.findIndex((one) => one.kind === kind);
  if (at >= 0) return frameBytes(reply.frames.slice(0, at));
  const end = reply.frames.findIndex((one) => one.kind === "end");
  if (reply.streamed && end >= 0) return frameBytes(reply.frames.slice(0, end));
  return Math.floor(frameBytes(reply.frames) * share);
}

export const stopAt = (plan: Plan, atByte: number, how: "cut" | "reset" | "hang"): Plan => ({
  ...plan,
  stop: { atByte, how },
});

export const withFrames = (plan: Plan, edit: (frames: readonly Frame[]) => readonly Frame[]): Plan => ({
  ...plan,
  reply: { ...plan.reply, frames: edit(plan.reply.frames) },
});

/** Puts bytes in front of the first delta, or of the whole body; comments and white space are valid in both. */
export function insert(plan: Plan, inStream: string, inBody: string): Plan {
  return withFrames(plan, (frames) => {
    const at = Math.max(
      frames.findIndex((one) => one.kind === "delta"),
      0,
    );
    const bytes = plan.reply.streamed ? inStream : inBody;
    return [...frames.slice(0, at), { kind: frames[at]?.kind ?? "whole", bytes }, ...frames.slice(at)];
  });
}

export function editNumbers(usage: JsonObject, edit: (value: number) => unknown): JsonObject {
  const edited = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(edited);
    if (isObject(value)) return editNumbers(value, edit);
    return typeof value === "number" ? edit(value) : value;
  };
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, edited(value)]));
}

export const tellNumbers = (edit: (value: number) => unknown) => () => ({
  edit: (usage: JsonObject) => editNumbers(usage, edit),
});

/** An error the vendor itself gives: nothing was done. */
export const refusal = (source: FaultSource, status: number, doc: string, retryAfter?: string): SandboxFault => ({
  doc,
  billed: false,
  source,
  plan(plan, { settings, error }) {
    const given = settingOf(settings, "status", status);
    const reply = error(given, stringOf(settings["message"]) || `The sandbox was told to answer ${given}.`);
    const wait = settings["retryAfter"] ?? retryAfter;
    const headers = {
      ...reply.headers,
      ...(wait === undefined ? {} : { "retry-after": `${Number(wait)}` }),
    };
    return { ...plan, reply: { ...reply, headers } };
  },
});

export const replaced = (
  plan: Plan,
  status: number,
  headers: Record<string, string>,
  bytes: string | Buffer,
): Plan => ({
  ...plan,
  reply: {
    status,
    headers,
    frames: [{ kind: "whole", bytes }],
    streamed: false,
    units: null,
    reported: null,
  },
});

export function headersOf(value: unknown): Record<string, string> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])) : {};
}
