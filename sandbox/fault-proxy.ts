import { createServer, connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "./seeded-random.ts";

/** What happens to bytes in one direction. */
export interface DirectionFaults {
  readonly latencyMs?: number;
  /** Drawn for each chunk, from zero up to this; order is kept. */
  readonly jitterMs?: number;
  /** Bytes per second. */
  readonly bandwidth?: number;
  /** Holds all bytes, with the connection open, until the fault is lifted. */
  readonly blackhole?: boolean;
  /** Closes both sides once so many bytes of a connection have passed, counted from the call of `set`. */
  readonly cutAfterBytes?: number;
  /** Writes at most so many bytes at once, as packets of their own. */
  readonly slice?: number;
  /** Passes the end of the stream on only after this time. */
  readonly slowCloseMs?: number;
}

export interface ProxyFaults {
  readonly toTarget?: DirectionFaults;
  readonly toClient?: DirectionFaults;
  /** Resets the open connections now, and new ones when they are made. */
  readonly reset?: boolean;
  /** Listens no longer: connecting fails. Open connections stay. */
  readonly refuse?: boolean;
}

export interface FaultProxy {
  readonly port: number;
  /** Replaces all faults; they hold for open connections too. */
  readonly set: (faults: ProxyFaults) => Promise<void>;
  readonly clear: () => Promise<void>;
  /** Connections open at this moment. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export interface FaultProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly host?: string;
  readonly port?: number;
  readonly seed?: number;
}

type Direction = "toTarget" | "toClient";

/** Bytes read ahead of the writer before the source is paused. */
const readAhead = 1_048_576;

/** Resolves when the bytes are with the system, or the connection is gone. */
const written = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const closed = () => resolve();
    socket.once("close", closed);
    socket.write(bytes, () => {
      socket.off("close", closed);
      resolve();
    });
  });

/** Starts a TCP proxy in front of a target whose faults are switched while it runs. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, host = "127.0.0.1", seed = 1 } = options;
  let faults: ProxyFaults = {};
  let changed = Promise.withResolvers<void>();
  let generation = 0;
  let draws = 0;
  const open = new Set<Socket>();

  function pump(from: Socket, to: Socket, direction: Direction): void {
    const queue: { readonly bytes: Buffer | null; readonly dueMs: number }[] = [];
    let queued = 0;
    let sending = false;
    let passed = 0;
    let passedIn = generation;

    const current = () => faults[direction] ?? {};

    async function pass(bytes: Buffer): Promise<void> {
      for (let at = 0; at < bytes.length && !to.destroyed;) {
        while (current().blackhole === true && !to.destroyed) await changed.promise;
        const { slice = bytes.length, bandwidth, cutAfterBytes } = current();
        if (passedIn !== generation) [passed, passedIn] = [0, generation];
        const left = cutAfterBytes === undefined ? Number.POSITIVE_INFINITY : cutAfterBytes - passed;
        const perTenth = bandwidth === undefined ? bytes.length : Math.ceil(bandwidth / 10);
        const piece = bytes.subarray(at, at + Math.max(Math.min(slice, perTenth, left), 0));
        if (piece.length > 0) await written(to, piece);
        at += piece.length;
        passed += piece.length;
        if (piece.length >= left) {
          from.destroy();
          to.destroy();
          return;
        }
        if (bandwidth !== undefined) await sleep((piece.length / bandwidth) * 1_000);
        else if (at < bytes.length) await sleep(1);
      }
    }

    async function drain(): Promise<void> {
      sending = true;
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        const waitMs = item.dueMs - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        if (item.bytes === null) to.end();
        else await pass(item.bytes);
        queued -= item.bytes?.length ?? 0;
        if (queued < readAhead) from.resume();
      }
      sending = false;
    }

    function enqueue(bytes: Buffer | null): void {
      const { latencyMs = 0, jitterMs = 0, slowCloseMs = 0 } = current();
      const delayMs = latencyMs + jitterMs * seededRandom(seed, draws++) + (bytes === null ? slowCloseMs : 0);
      queue.push({ bytes, dueMs: performance.now() + delayMs });
      queued += bytes?.length ?? 0;
      if (queued >= readAhead) from.pause();
      if (!sending) void drain();
    }

    from.on("data", enqueue);
    from.on("end", () => enqueue(null));
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (faults.reset === true) return void client.resetAndDestroy();
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      // The peer's reset or refusal reaches us here; closing the other side tells it on.
      socket.on("error", () => other.destroy());
      socket.on("close", (failed) => {
        open.delete(socket);
        if (failed || !socket.readableEnded) other.destroy();
      });
    }
    pump(client, upstream, "toTarget");
    pump(upstream, client, "toClient");
  });

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  async function set(next: ProxyFaults): Promise<void> {
    faults = next;
    generation++;
    changed.resolve();
    changed = Promise.withResolvers();
    if (next.reset === true) for (const socket of open) socket.resetAndDestroy();
    if (next.refuse === true && server.listening) server.close();
    if (next.refuse !== true && !server.listening) await listen(port);
  }

  return {
    port,
    set,
    clear: () => set({}),
    connections: () => open.size / 2,
    async close() {
      const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined;
      for (const socket of open) socket.destroy();
      changed.resolve();
      await closed;
    },
  };
}
