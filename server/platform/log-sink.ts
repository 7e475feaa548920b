import { write, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { LogTarget } from "./log-target.ts";

/** Takes lines at once and writes them when it can. */
export interface LogSink {
  readonly write: (line: string) => void;
  /** Writes what waits, for a process that ends; gives up at what cannot be written. */
  readonly flushSync: () => void;
}

interface OpenLogSink {
  readonly target: LogTarget;
  /** Beyond it, lines are dropped. */
  readonly maxBytes: number;
  readonly onDropped: (lines: number) => void;
  /** Lines were dropped, and can be written again. */
  readonly onRecovered: (dropped: number) => void;
}

const writeTo = promisify(write);

const batchBytes = 16 * 1024;
const tryAgainMs = 250;
/** Each write wakes a thread, which costs more than a line: those that come so soon after a write are written together. */
const gatherMs = 10;
/** A full pipe at the end of a process. */
const lastWaitMs = 20;
const lastWaits = 25;
const newline = 0x0a;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
const isBusy = (error: unknown): boolean => ["EAGAIN", "EBUSY"].includes(String(codeOf(error)));
/** Nobody reads on the other side, or ever will. */
const isHopeless = (error: unknown): boolean => ["EPIPE", "EBADF"].includes(String(codeOf(error)));

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const sinks = new Set<LogSink>();
let heardExit = false;

/** Every failure costs lines at most: nothing here throws, and no end of a process waits for a disk. */
export const openLogSink = ({ target, maxBytes, onDropped, onRecovered }: OpenLogSink): LogSink => {
  let queue: string[] = [];
  let queuedBytes = 0;
  let batch: Buffer = Buffer.alloc(0);
  /** How much of the batch is written. */
  let offset = 0;
  let isWriting = false;
  let isGone = false;
  let dropped = 0;
  let wroteAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const drop = (lines: number): void => {
    dropped += lines;
    onDropped(lines);
  };

  const giveUp = (): void => {
    isGone = true;
    drop(queue.length + batch.subarray(offset).filter((byte) => byte === newline).length);
    [queue, queuedBytes, batch, offset] = [[], 0, Buffer.alloc(0), 0];
  };

  const nextBatch = (): Buffer => {
    let [count, length] = [0, 0];
    while (count < queue.length && (count === 0 || length < batchBytes)) {
      length += queue[count]?.length ?? 0;
      count += 1;
    }
    const taken = Buffer.from(queue.slice(0, count).join(""));
    queue = queue.slice(count);
    queuedBytes = queue.length === 0 ? 0 : queuedBytes - taken.length;
    return taken;
  };

  /** What was written of the batch; false where it is to be tried again later. A file never keeps part of a line. */
  const advance = (written: number): boolean => {
    offset += written;
    target.wrote(written);
    const lineStart = batch.lastIndexOf(newline, offset - 1) + 1;
    if (offset === batch.length) [batch, offset] = [Buffer.alloc(0), 0];
    else if (offset > lineStart) {
      const outcome = target.takeBack(batch.subarray(lineStart, offset));
      if (outcome === "stream") return true;
      batch =
        outcome === "taken" ? batch.subarray(lineStart) : Buffer.concat([Buffer.from("\n"), batch.subarray(lineStart)]);
      offset = 0;
      return false;
    }
    return true;
  };

  const isMuch = (): boolean => queuedBytes >= batchBytes;

  const pump = async (): Promise<void> => {
    isWriting = true;
    let goesOn = true;
    try {
      do {
        const fd = await target.ready();
        if (batch.length === 0) batch = nextBatch();
        goesOn = advance((await writeTo(fd, batch, offset)).bytesWritten);
      } while (goesOn && (batch.length > 0 || isMuch()));
    } catch (error) {
      goesOn = false;
      if (isHopeless(error)) giveUp();
    } finally {
      isWriting = false;
    }
    if (isGone) return;
    if (!goesOn) return resumeIn(tryAgainMs);
    wroteAt = performance.now();
    if (queue.length > 0) resumeIn(gatherMs);
    if (dropped > 0) {
      const lost = dropped;
      dropped = 0;
      onRecovered(lost);
    }
  };

  const resume = (): void => {
    timer = undefined;
    if (!isWriting && (queue.length > 0 || batch.length > 0)) void pump();
  };

  const resumeIn = (ms: number): void => {
    timer = setTimeout(resume, ms).unref();
  };

  const sink: LogSink = {
    write: (line) => {
      const bytes = Buffer.byteLength(line);
      if (isGone || queuedBytes + bytes > maxBytes) return drop(1);
      queue.push(line);
      queuedBytes += bytes;
      if (isWriting || timer !== undefined) return;
      const waitMs = wroteAt + gatherMs - performance.now();
      if (waitMs > 0) resumeIn(waitMs);
      else void pump();
    },
    flushSync: () => {
      // What a thread is writing at this moment is its own to finish, and the rest would come before it.
      const held: [Buffer, number] | undefined = isWriting ? [batch, offset] : undefined;
      if (held) [batch, offset] = [Buffer.alloc(0), 0];
      let waits = lastWaits;
      try {
        while (batch.length > 0 || queue.length > 0) {
          if (batch.length === 0) batch = nextBatch();
          try {
            if (!advance(writeSync(target.readySync(), batch, offset))) break;
          } catch (error) {
            if (!isBusy(error) || waits === 0) break;
            waits -= 1;
            Atomics.wait(sleeper, 0, 0, lastWaitMs);
          }
        }
      } finally {
        if (held) {
          const unwritten = batch.subarray(offset);
          if (unwritten.length > 0) queue.unshift(unwritten.toString("utf8"));
          queuedBytes += unwritten.length;
          [batch, offset] = held;
        }
      }
    },
  };
  sinks.add(sink);
  if (!heardExit) process.on("exit", () => sinks.forEach(({ flushSync }) => flushSync()));
  heardExit = true;
  return sink;
};
