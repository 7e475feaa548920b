import { closeSync, fdatasync, fstatSync, openSync, renameSync, write } from "node:fs";
import { promisify } from "node:util";
import type { Units } from "./units.ts";
import type { SandboxVendorId } from "./vendor.ts";

/** What the log says of a request before it is answered. */
export interface RequestRecord {
  readonly type: "request";
  readonly seq: number;
  readonly at: string;
  readonly vendor: SandboxVendorId;
  readonly method: string;
  readonly path: string;
  readonly model: string;
  readonly stream: boolean;
  /** The first of `x-nexus-operation-id`, `idempotency-key` and `x-client-request-id` that came. */
  readonly operationId: string | null;
  readonly idempotencyKey: string | null;
  readonly clientRequestId: string | null;
  /** Start of the SHA-256 of the credential: tells credentials apart and reveals none. */
  readonly keyDigest: string | null;
  readonly bodyDigest: string;
  readonly bodyBytes: number;
  /** What the caller wrote into a text as `[[mark:…]]`: tells its requests apart, whatever else is in their bodies. */
  readonly mark: string | null;
  /** Sequence number of the first request with the same operation id at the same vendor. */
  readonly repeatOf: number | null;
  readonly faults: readonly string[];
  readonly status: number;
  /** The vendor counts this request as done and bills `units`. */
  readonly billed: boolean;
  readonly units: Units | null;
  /** Units a correct reader finds in the answer, if it gets all of it; null where the answer says nothing usable. */
  readonly reported: Units | null;
}

/** How the answer to a request ended; written without being waited for. */
export interface AnswerRecord {
  readonly type: "answer";
  readonly seq: number;
  readonly at: string;
  /** The last byte was handed to the socket and the caller was still there. */
  readonly complete: boolean;
  /** Bytes of the body handed to the socket. */
  readonly bytesSent: number;
  /** A usable usage was among them. */
  readonly usageSent: boolean;
}

/** A request with its ending, once it has one. */
export type LoggedRequest = Omit<RequestRecord, "type"> & {
  answer: Omit<AnswerRecord, "type" | "seq"> | null;
};

export interface RequestLog {
  /** Resolves when the line is written, and on disk where the log is synced. */
  readonly append: (line: object) => Promise<void>;
  /** Writes the line with the next one that is appended, or soon. */
  readonly note: (line: object) => void;
  readonly close: () => Promise<void>;
}

const writeTo = promisify(write);
const syncData = promisify(fdatasync);

const nowhere: RequestLog = { append: async () => {}, note: () => {}, close: async () => {} };

/** Longest wait of a noted line. */
const noteDelayMs = 50;

/**
 * Opens the log for appending. Lines that arrive during a sync share the next one. A file that has reached `maxBytes` takes the
 * place of `file.1`, and a new one is begun; without it the log grows for as long as there is space.
 */
export function openRequestLog(file: string | undefined, sync: boolean, maxBytes = Infinity): RequestLog {
  if (file === undefined) return nowhere;
  const path = file;
  let handle = openSync(path, "a", 0o600);
  let size = fstatSync(handle).size;

  function putAside(): void {
    renameSync(path, `${path}.1`);
    closeSync(handle);
    handle = openSync(path, "a", 0o600);
    size = 0;
  }
  let batch: { lines: string[]; done: PromiseWithResolvers<void> } | undefined;
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    while (batch !== undefined) {
      const { lines, done } = batch;
      batch = undefined;
      try {
        if (size >= maxBytes) putAside();
        let rest = Buffer.from(lines.join(""));
        size += rest.length;
        while (rest.length > 0) rest = rest.subarray((await writeTo(handle, rest)).bytesWritten);
        if (sync) await syncData(handle);
        done.resolve();
      } catch (error) {
        done.reject(error);
      }
    }
    // In the same turn as the last look at the batch: a line that comes later starts a flush of its own.
    flushing = undefined;
  }

  function put(line: object): Promise<void> {
    if (batch === undefined) {
      batch = { lines: [], done: Promise.withResolvers<void>() };
      // Nobody may be waiting for a noted line.
      batch.done.promise.catch(() => {});
    }
    batch.lines.push(`${JSON.stringify(line)}\n`);
    return batch.done.promise;
  }
  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    flushing ??= Promise.resolve().then(flush);
  }

  return {
    append(line) {
      const written = put(line);
      start();
      return written;
    },
    note(line) {
      void put(line);
      timer ??= setTimeout(start, noteDelayMs);
    },
    async close() {
      start();
      await flushing;
      closeSync(handle);
    },
  };
}
