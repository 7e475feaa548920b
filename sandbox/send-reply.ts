import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "./plan.ts";
import type { Frame, VendorReply } from "./vendor.ts";

/** How far an answer got. */
export interface Sent {
  readonly complete: boolean;
  readonly bytesSent: number;
  readonly usageSent: boolean;
}

const size = (frames: readonly Frame[]): number => frames.reduce((sum, one) => sum + Buffer.byteLength(one.bytes), 0);

/** Bytes up to and with the first frame that tells usage; beyond all bytes where none tells a usable one. */
function bytesToUsage({ frames, reported }: VendorReply): number {
  if (reported === null) return Number.POSITIVE_INFINITY;
  const at = frames.findIndex((one) => one.kind === "usage" || one.kind === "whole");
  return at < 0 ? Number.POSITIVE_INFINITY : size(frames.slice(0, at + 1));
}

/** Resolves with true when the answer was flushed, with false when the connection went away before. */
function ended(response: ServerResponse): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(response.writableFinished);
  return new Promise((resolve) => {
    response.once("finish", () => resolve(true));
    response.once("close", () => resolve(response.writableFinished));
  });
}

async function sendAtOnce(response: ServerResponse, plan: Plan): Promise<Sent> {
  const { frames } = plan.reply;
  const finished = ended(response);
  const isText = frames.every((frame) => typeof frame.bytes === "string");
  response.end(isText ? frames.map((frame) => frame.bytes).join("") : Buffer.concat(frames.map(bufferOf)));
  const complete = await finished;
  return { complete, bytesSent: complete ? size(frames) : 0, usageSent: complete && plan.reply.reported !== null };
}

const bufferOf = (frame: Frame): Buffer => Buffer.from(frame.bytes);

/** The body in the pieces in which it is written, each with the pause before it. */
function* piecesOf(plan: Plan): Generator<{ readonly bytes: Buffer; readonly pauseMs: number }> {
  const { drip, paceMs, usageDelayMs } = plan;
  let left = plan.stop?.atByte ?? Number.POSITIVE_INFINITY;
  const { frames } = plan.reply;
  const usage = frames.find((one) => one.kind === "usage");
  for (const frame of frames) {
    const whole = bufferOf(frame).subarray(0, left);
    left -= whole.length;
    const step = drip?.bytes ?? Math.max(whole.length, 1);
    const lateMs = frame === usage ? usageDelayMs : 0;
    for (let at = 0; at < whole.length; at += step) {
      yield {
        bytes: whole.subarray(at, at + step),
        pauseMs: (drip?.everyMs ?? (frame.kind === "delta" ? paceMs : 0)) + (at === 0 ? lateMs : 0),
      };
    }
    if (left <= 0) return;
  }
}

async function sendInPieces(response: ServerResponse, plan: Plan, gone: AbortSignal): Promise<Sent> {
  const toUsage = bytesToUsage(plan.reply);
  let bytesSent = 0;
  const sent = (complete: boolean): Sent => ({
    complete,
    bytesSent,
    usageSent: bytesSent >= toUsage,
  });
  response.flushHeaders();
  for (const { bytes, pauseMs } of piecesOf(plan)) {
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: gone }).catch(() => {});
    if (gone.aborted || !(await written(response, bytes))) return sent(false);
    bytesSent += bytes.length;
  }
  // Of a length that was told in the head, all has come: there is nothing to fall silent about, and the connection is free.
  const hangsAfterAll = plan.stop?.how === "hang" && !plan.reply.streamed && bytesSent === size(plan.reply.frames);
  if (plan.stop !== undefined && !hangsAfterAll) {
    await stop(response, plan.stop.how, gone);
    return sent(false);
  }
  const finished = ended(response);
  response.end();
  return sent(await finished);
}

/** Resolves when the bytes are with the system, with false where the connection is gone. */
const written = (response: ServerResponse, bytes: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    const closed = () => resolve(false);
    response.once("close", closed);
    response.write(bytes, (error) => {
      response.off("close", closed);
      resolve(!error);
    });
  });

async function stop(response: ServerResponse, how: "cut" | "reset" | "hang", gone: AbortSignal): Promise<void> {
  if (how === "cut") response.socket?.destroy();
  else if (how === "reset") response.socket?.resetAndDestroy();
  else if (!gone.aborted) await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
}

/** Sends a planned reply; resolves when it is sent, stopped, or the caller has left. Never rejects. */
export async function sendReply(response: ServerResponse, plan: Plan): Promise<Sent> {
  const { reply } = plan;
  const plain = plan.delayMs === 0 && plan.stop === undefined && plan.drip === undefined;
  if (plain && ((plan.paceMs === 0 && plan.usageDelayMs === 0) || !reply.streamed)) {
    response.writeHead(reply.status, headersOf(plan));
    return sendAtOnce(response, plan);
  }
  const leaving = new AbortController();
  response.once("close", () => leaving.abort());
  // The caller may have left while its request was logged.
  if (response.destroyed) leaving.abort();
  if (plan.delayMs > 0) await sleep(plan.delayMs, undefined, { signal: leaving.signal }).catch(() => {});
  if (leaving.signal.aborted) return { complete: false, bytesSent: 0, usageSent: false };
  if (plan.stop !== undefined && plan.stop.atByte < 0) {
    await stop(response, plan.stop.how, leaving.signal);
    return { complete: false, bytesSent: 0, usageSent: false };
  }
  response.writeHead(reply.status, headersOf(plan));
  return sendInPieces(response, plan, leaving.signal);
}

function headersOf({ reply }: Plan): Record<string, string | number> {
  return reply.streamed ? { ...reply.headers } : { ...reply.headers, "content-length": size(reply.frames) };
}
