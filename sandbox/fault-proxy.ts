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
  /** Closes the target's side of the open connections now, and never tells the clients: their sides stay half open. */
  readonly halfOpen?: boolean;
  /** Listens no longer: connecting fails. Open connections stay. */
  readonly refuse?: boolean;
  /**
   * Closes a connection when so many `bytes` of the reply to what contains `after` have passed, `times` in all (for ever):
   * the target did what it was asked, and nobody learns of it.
   */
  readonly loseReply?: { readonly after: string; readonly bytes: number; readonly times?: number };
}

/** What the faults have done so far; a fault that shows in none of these has not happened. */
export interface ProxyEffects {
  /** Bytes that arrived in a black hole, and later on or never passed. */
  readonly heldBytes: Readonly<Record<Direction, number>>;
  readonly delayedBytes: Readonly<Record<Direction, number>>;
  /** Connections closed after so many bytes, for a lost reply, or by a reset. */
  readonly cut: number;
  readonly repliesLost: number;
  readonly reset: number;
  readonly halfOpened: number;
}

export interface FaultProxy {
  readonly port: number;
  /** Replaces all faults; they hold for open connections too. */
  readonly set: (faults: ProxyFaults) => Promise<void>;
  readonly clear: () => Promise<void>;
  readonly effects: () => ProxyEffects;
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
  const effects = {
    heldBytes: { toTarget: 0, toClient: 0 },
    delayedBytes: { toTarget: 0, toClient: 0 },
    cut: 0,
    repliesLost: 0,
    reset: 0,
    halfOpened: 0,
  };
  let repliesLostSince = 0;

  const upstreams = new Map<Socket, Socket>();
  /** Clients that nothing reaches any more, not even the end of their connection. */
  const forgotten = new WeakSet<Socket>();

  /** Resolves when nothing is held in this direction, or nobody is left to hold it from. */
  async function outOfBlackhole(direction: Direction, to: Socket): Promise<void> {
    while ((faults[direction]?.blackhole === true || forgotten.has(to)) && !to.destroyed) await changed.promise;
  }

  /** Bytes of a reply that may still pass before its connection is closed, by the client's side of the connection. */
  const doomed = new WeakMap<Socket, number>();

  /** Whether this is a request whose reply gets lost; what was sent before it does not matter. */
  function doom(client: Socket, bytes: Buffer): void {
    const { loseReply } = faults;
    if (loseReply === undefined || doomed.has(client) || !bytes.includes(loseReply.after)) return;
    if (repliesLostSince >= (loseReply.times ?? Number.POSITIVE_INFINITY)) return;
    repliesLostSince++;
    doomed.set(client, loseReply.bytes);
  }

  function pump(from: Socket, to: Socket, direction: Direction): void {
    const queue: { readonly bytes: Buffer | null; readonly dueMs: number }[] = [];
    let queued = 0;
    let sending = false;
    let passed = 0;
    let passedIn = generation;

    const current = () => faults[direction] ?? {};

    async function pass(bytes: Buffer): Promise<void> {
      for (let at = 0; at < bytes.length && !to.destroyed;) {
        await outOfBlackhole(direction, to);
        const { slice = bytes.length, bandwidth, cutAfterBytes } = current();
        if (passedIn !== generation) [passed, passedIn] = [0, generation];
        const ofReply = direction === "toClient" ? doomed.get(to) : undefined;
        const left = Math.min(
          cutAfterBytes === undefined ? Number.POSITIVE_INFINITY : cutAfterBytes - passed,
          ofReply ?? Number.POSITIVE_INFINITY,
        );
        const perTenth = bandwidth === undefined ? bytes.length : Math.ceil(bandwidth / 10);
        const piece = bytes.subarray(at, at + Math.max(Math.min(slice, perTenth, left), 0));
        if (piece.length > 0) await written(to, piece);
        at += piece.length;
        passed += piece.length;
        if (ofReply !== undefined) doomed.set(to, ofReply - piece.length);
        if (piece.length >= left) {
          if (ofReply !== undefined && ofReply <= piece.length) effects.repliesLost++;
          else effects.cut++;
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
        if (item.bytes !== null) await pass(item.bytes);
        else {
          await outOfBlackhole(direction, to);
          to.end();
        }
        queued -= item.bytes?.length ?? 0;
        if (queued < readAhead) from.resume();
      }
      sending = false;
    }

    function enqueue(bytes: Buffer | null): void {
      const { latencyMs = 0, jitterMs = 0, slowCloseMs = 0 } = current();
      if (bytes !== null && current().blackhole === true) effects.heldBytes[direction] += bytes.length;
      if (bytes !== null && latencyMs > 0) effects.delayedBytes[direction] += bytes.length;
      if (bytes !== null && direction === "toTarget") doom(from, bytes);
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
    if (faults.reset === true) {
      effects.reset++;
      return void client.resetAndDestroy();
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    upstreams.set(client, upstream);
    client.on("close", () => upstreams.delete(client));
    for (const [socket, other, direction] of [
      [client, upstream, "toTarget"],
      [upstream, client, "toClient"],
    ] as const) {
      open.add(socket);
      // The peer's reset or refusal reaches us here; closing the other side tells it on, though not through a black hole.
      const tellOn = () => void outOfBlackhole(direction, other).then(() => other.destroy());
      socket.on("error", tellOn);
      socket.on("close", (failed) => {
        open.delete(socket);
        if (failed || !socket.readableEnded) tellOn();
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
    repliesLostSince = 0;
    changed.resolve();
    changed = Promise.withResolvers();
    if (next.reset === true) {
      effects.reset += open.size / 2;
      for (const socket of open) socket.resetAndDestroy();
    }
    if (next.halfOpen === true) {
      for (const [client, upstream] of upstreams) {
        if (forgotten.has(client)) continue;
        forgotten.add(client);
        effects.halfOpened++;
        upstream.destroy();
      }
    }
    if (next.refuse === true && server.listening) server.close();
    if (next.refuse !== true && !server.listening) await listen(port);
  }

  return {
    port,
    set,
    clear: () => set({}),
    effects: () => structuredClone(effects),
    connections: () => open.size / 2,
    async close() {
      const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined;
      for (const socket of open) socket.destroy();
      changed.resolve();
      await closed;
    },
  };
}
