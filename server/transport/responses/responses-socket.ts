import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import type { Dispatch } from "../dispatch.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { documentsIn, isStreamed } from "../kept-answers/index.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { ConnectionMemory } from "./connection-memory.ts";

/** What a connection may do. */
export interface SocketBounds {
  /** Without a message or a response. */
  readonly idleMs: number;
  /** In all; OpenAI's own connections last as long. */
  readonly lifetimeMs: number;
  readonly pingMs: number;
}

interface ServeSocket {
  readonly socket: WebSocket;
  readonly incoming: IncomingMessage;
  readonly dispatch: Dispatch;
  readonly newId: () => string;
  readonly bounds: SocketBounds;
}

const Message = z.looseObject({ type: z.string().max(64) });

/** What is about the connection, or would tie every message to one key. */
const notPassed = /^(connection|upgrade|content-.*|transfer-encoding|idempotency-key|expect|sec-websocket-.*)$/;

/** A message, or the opening of a connection, as the request that it stands for. */
export const socketRequest = (
  incoming: IncomingMessage,
  { method, body, signal, requestId }: Pick<DoorRequest, "method" | "signal" | "requestId"> & { readonly body: Buffer },
): DoorRequest => ({
  method,
  path: "/v1/responses",
  search: "",
  query: new URLSearchParams(),
  header: (name) => {
    if (name === "content-type") return "application/json";
    const value = notPassed.test(name) ? undefined : incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  },
  headerValues: (name) => (notPassed.test(name) ? [] : (incoming.headersDistinct[name] ?? [])),
  body: (maxBytes) =>
    body.byteLength > maxBytes
      ? Promise.reject(new NexusError("PAYLOAD_TOO_LARGE", { details: { maxBytes } }))
      : Promise.resolve(body),
  signal,
  remoteAddress: incoming.socket.remoteAddress ?? "",
  requestId,
});

/** One connection of OpenAI's responses: each `response.create` is a request of its own, answered by its events. */
class ResponsesConnection {
  readonly #options: ServeSocket;
  readonly #memory = new ConnectionMemory();
  readonly #ended = new AbortController();
  #busy = false;
  #leaving = false;
  #alive = true;
  readonly #idle: NodeJS.Timeout;

  constructor(options: ServeSocket) {
    this.#options = options;
    const { socket, bounds } = options;
    this.#idle = setTimeout(() => this.#leave(1000, "idle"), bounds.idleMs);
    const late = setTimeout(() => void this.#outlived(), bounds.lifetimeMs);
    const ping = setInterval(() => this.#ping(), bounds.pingMs);
    for (const timer of [this.#idle, late, ping]) timer.unref();
    socket.on("pong", () => {
      this.#alive = true;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(this.#idle);
      clearTimeout(late);
      clearInterval(ping);
      this.#ended.abort();
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => void this.#take(data, isBinary));
  }

  /** Takes no new request; ends once the one under way is answered. */
  leave(): void {
    this.#leave(1012, "the process is stopping");
  }

  #leave(code: number, reason: string): void {
    this.#leaving = true;
    if (!this.#busy) this.#options.socket.close(code, reason);
  }

  #ping(): void {
    const { socket } = this.#options;
    if (!this.#alive) return socket.terminate();
    this.#alive = false;
    socket.ping();
  }

  /** In the words by which clients open another connection. */
  async #outlived(): Promise<void> {
    if (!this.#busy)
      await this.#fail(
        new NexusError("CONFLICT", {
          message: "The connection has lasted as long as it may; open another one.",
          details: { vendorError: { code: "websocket_connection_limit_reached" } },
        }),
      );
    this.#leave(1000, "lifetime");
  }

  /** Waits until the caller has taken it: whoever does not read is not written to. */
  #send(text: string): Promise<void> {
    const { socket } = this.#options;
    return new Promise((resolve) => {
      if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
      else resolve();
    });
  }

  #fail(error: NexusError): Promise<void> {
    return this.#refuse(openAiErrorReply(error, this.#options.newId()));
  }

  /** An error of the door as an event of the connection. */
  #refuse({ status, body }: Pick<DoorReply, "status" | "body">): Promise<void> {
    const told: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
    const error = typeof told === "object" && told !== null ? Reflect.get(told, "error") : undefined;
    return this.#send(JSON.stringify({ type: "error", status, error }));
  }

  async #take(data: Buffer, isBinary: boolean): Promise<void> {
    this.#idle.refresh();
    const message = isBinary ? undefined : parseMessage(data);
    if (message === undefined)
      return this.#fail(
        new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "a JSON object with a type" }] }),
      );
    // A client's word that it has read a response asks for nothing.
    if (message.type === "response.processed") return undefined;
    if (message.type !== "response.create")
      return this.#fail(new NexusError("INVALID_INPUT", { issues: [{ field: "type", expected: "response.create" }] }));
    if (this.#busy || this.#leaving)
      return this.#fail(
        new NexusError("CONFLICT", { message: "A connection answers one request at a time; open another one." }),
      );
    this.#busy = true;
    try {
      await this.#answer(message);
    } catch (error) {
      await this.#fail(caughtError(error));
    } finally {
      this.#busy = false;
      this.#idle.refresh();
      if (this.#leaving) this.#options.socket.close(1012);
    }
  }

  async #answer(message: Readonly<Record<string, unknown>>): Promise<void> {
    const { incoming, dispatch, newId } = this.#options;
    const { type: _type, generate, background: _background, ...asked } = message;
    const body = this.#memory.complete(asked);
    if (generate === false) {
      for (const event of this.#memory.prepared(body, newId())) await this.#send(JSON.stringify(event));
      return;
    }
    const request = socketRequest(incoming, {
      method: "POST",
      body: Buffer.from(JSON.stringify({ ...body, stream: true })),
      signal: this.#ended.signal,
      requestId: newId(),
    });
    const reply = await dispatch(request);
    if (reply === undefined) return;
    if (!isStreamed(reply.body)) return this.#refuse(reply);
    const { socket } = this.#options;
    const iterator = reply.body[Symbol.asyncIterator]();
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        for (const document of documentsIn(next.value)) {
          this.#memory.see(document, body);
          await this.#send(document);
        }
        if (socket.readyState !== socket.OPEN) break;
      }
    } finally {
      await iterator.return?.();
    }
  }
}

const parseMessage = (data: Buffer): z.infer<typeof Message> | undefined => {
  try {
    return Message.safeParse(JSON.parse(data.toString("utf8"))).data;
  } catch {
    return undefined;
  }
};

/** Serves a connection until it ends. */
export const serveResponsesSocket = (
  options: ServeSocket,
): { readonly leave: () => void; readonly ended: Promise<unknown> } => {
  const connection = new ResponsesConnection(options);
  return { leave: () => connection.leave(), ended: once(options.socket, "close") };
};
