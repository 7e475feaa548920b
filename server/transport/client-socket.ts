import type { WebSocket } from "ws";

/** What a connection may do. */
export interface SocketBounds {
  /** Without a message or an answer under way. */
  readonly idleMs: number;
  /** In all; OpenAI's own connections last as long. */
  readonly lifetimeMs: number;
  /** How often its other end is asked whether it is still there. */
  readonly pingMs: number;
}

/** A connection that is served until it ends. */
export interface ServedSocket {
  /** Takes no new request; ends once what is under way is answered. */
  readonly leave: () => void;
  readonly ended: Promise<unknown>;
}

interface ClientSocketHandlers {
  /** A message: undefined where it is none of text. */
  readonly onText: (text: string | undefined) => void;
  /** It has lasted as long as it may, and nothing is under way. */
  readonly onOutlived: () => Promise<void>;
  readonly onPing?: () => void;
}

/** A caller's WebSocket: how long it may last, and whether there is somebody at its other end. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #handlers: ClientSocketHandlers;
  readonly #gone = new AbortController();
  readonly #idle: NodeJS.Timeout;
  /** Also of a connection that was broken off for what came over it. */
  readonly #ended: Promise<void>;
  #busy = false;
  #leaving = false;
  #alive = true;

  constructor(socket: WebSocket, bounds: SocketBounds, handlers: ClientSocketHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#idle = setTimeout(() => this.leave(1000, "idle"), bounds.idleMs);
    const late = setTimeout(() => void this.#outlived(), bounds.lifetimeMs);
    const ping = setInterval(() => this.#ping(), bounds.pingMs);
    for (const timer of [this.#idle, late, ping]) timer.unref();
    socket.on("pong", () => {
      this.#alive = true;
    });
    socket.on("error", () => socket.terminate());
    this.#ended = new Promise((resolve) => {
      socket.on("close", () => resolve());
    });
    socket.on("close", () => {
      clearTimeout(this.#idle);
      clearTimeout(late);
      clearInterval(ping);
      this.#gone.abort();
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.#idle.refresh();
      handlers.onText(isBinary ? undefined : data.toString("utf8"));
    });
  }

  /** Aborts when the caller has gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** An answer is under way, or nothing is taken any more. */
  get isTaken(): boolean {
    return this.#busy || this.#leaving;
  }

  /** Bytes that the caller has not taken yet. */
  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  served(): ServedSocket {
    return { leave: () => this.leave(1012, "the process is stopping"), ended: this.#ended };
  }

  /** What is under way keeps the connection open, also where it is to be left. */
  begin(): void {
    this.#busy = true;
  }

  end(): void {
    this.#busy = false;
    this.#idle.refresh();
    if (this.#leaving) this.#socket.close(1012);
  }

  leave(code: number, reason: string): void {
    this.#leaving = true;
    if (!this.#busy) this.#socket.close(code, reason);
  }

  /** At once, whatever is under way. */
  close(code: number, reason: string): void {
    this.#leaving = true;
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Nothing is taken from the caller until it is resumed. */
  pause(): void {
    if (this.isOpen) this.#socket.pause();
  }

  resume(): void {
    if (this.isOpen) this.#socket.resume();
  }

  /** Waits until the caller has taken it: whoever does not read is not written to. */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.isOpen) this.#socket.send(text, () => resolve());
      else resolve();
    });
  }

  #ping(): void {
    if (!this.#alive) return this.#socket.terminate();
    this.#alive = false;
    this.#socket.ping();
    this.#handlers.onPing?.();
  }

  async #outlived(): Promise<void> {
    if (!this.#busy) await this.#handlers.onOutlived();
    this.leave(1000, "lifetime");
  }
}
