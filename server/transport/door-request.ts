import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "ws";
import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { Logger } from "../platform/logger.ts";
import { arrivingBody } from "./arriving-body.ts";
import type { ServedSocket, SocketBounds } from "./client-socket.ts";

/** A request as every door sees it, whether it came over Node's listener or as a fetch `Request`. */
export interface DoorRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query as it came, without its mark. */
  readonly search: string;
  readonly query: URLSearchParams;
  /** One header by its lower-case name; a header sent twice is refused where that could be ambiguous. */
  readonly header: (name: string) => string | undefined;
  /** All values of a header, as sent. */
  readonly headerValues: (name: string) => readonly string[];
  /** The whole body; throws PAYLOAD_TOO_LARGE beyond the bound. May be asked once. */
  readonly body: (maxBytes: number) => Promise<Buffer>;
  /** In its place the body as it comes, which the reader bounds; absent where it is there as a whole already. */
  readonly chunks?: () => AsyncIterable<Uint8Array>;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
  readonly remoteAddress: string;
  readonly requestId: string;
}

/** A WebSocket that was opened, and what it is served with. */
export interface ServeSocket {
  readonly socket: WebSocket;
  /** What it was opened by. */
  readonly incoming: IncomingMessage;
  readonly dispatch: (request: DoorRequest) => Promise<DoorReply> | undefined;
  readonly newId: () => string;
  readonly log: Logger;
  readonly bounds: SocketBounds;
}

/** That a caller may open a WebSocket where it asked. */
export interface SocketOffer {
  /** Whose it would be. */
  readonly ctx: CallContext;
  readonly serve: (options: ServeSocket) => ServedSocket;
}

/** An answer as every door gives it. */
export interface DoorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Complete, or a stream that is given to the caller as it comes; it is returned when the caller leaves. */
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** Of a plain GET where a WebSocket can be opened. */
  readonly offers?: SocketOffer;
}

/** One door: answers a request, or throws. */
export type HttpDoor = (request: DoorRequest) => Promise<DoorReply>;

const tooLarge = (maxBytes: number): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `The request body may have at most ${maxBytes} bytes.`,
    details: { maxBytes },
  });

const readBody = (incoming: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) {
      incoming.resume();
      reject(tooLarge(maxBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        incoming.removeAllListeners("data");
        incoming.resume();
        reject(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
    });
    incoming.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on("error", () => reject(new NexusError("REQUEST_CANCELLED")));
    incoming.on("aborted", () => reject(new NexusError("REQUEST_CANCELLED")));
  });

const noQuery = new URLSearchParams();

/** All values of a header, by its lower-case name. Node's own table of them is made anew for each request, of all headers. */
export const rawHeaderValues = ({ rawHeaders }: IncomingMessage, name: string): readonly string[] => {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at];
    if (sent?.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? "");
  }
  return values;
};

/** Reads a Node request; the body stays on the wire until it is asked for. */
export const fromNode = (incoming: IncomingMessage, outgoing: ServerResponse, requestId: string): DoorRequest => {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const search = mark < 0 ? "" : url.slice(mark + 1);
  let controller: AbortController | undefined;
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    search,
    query: mark < 0 ? noQuery : new URLSearchParams(search),
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headerValues: (name) => rawHeaderValues(incoming, name),
    body: (maxBytes) => readBody(incoming, maxBytes),
    chunks: () => arrivingBody(incoming),
    get signal() {
      if (!controller) {
        const made = new AbortController();
        controller = made;
        const leave = (): void => {
          if (!outgoing.writableFinished) made.abort();
        };
        // Asked for only after the caller was recognised: by then it may have gone already.
        if (outgoing.destroyed) leave();
        else outgoing.once("close", leave);
      }
      return controller.signal;
    },
    remoteAddress: incoming.socket.remoteAddress ?? "",
    requestId,
  };
};

const readFetchBody = async (request: Request, maxBytes: number): Promise<Buffer> => {
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Reads a fetch `Request`, for hosts that have no Node listener. */
export const fromFetch = (request: Request, requestId: string): DoorRequest => {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    search: url.search.slice(1),
    query: url.searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
    headerValues: (name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [value];
    },
    body: (maxBytes) => readFetchBody(request, maxBytes),
    signal: request.signal,
    remoteAddress: "",
    requestId,
  };
};

const isIterable = (body: DoorReply["body"]): body is AsyncIterable<string | Uint8Array> =>
  typeof body !== "string" && !(body instanceof Uint8Array);

/** Answers up to this size leave in one piece with their head. */
const maxJoinedBytes = 64 * 1024;

/** Writes a reply to Node; a stream is paused while the caller does not read, and returned when it leaves. */
export const writeToNode = async (reply: DoorReply, outgoing: ServerResponse): Promise<void> => {
  if (!isIterable(reply.body)) {
    const { body } = reply;
    const isText = typeof body === "string";
    const length = isText ? Buffer.byteLength(body) : body.byteLength;
    outgoing.writeHead(reply.status, { ...reply.headers, "content-length": length });
    // Node sends a string together with the head, and bytes behind it. Latin-1 keeps the same bytes.
    if (isText) outgoing.end(body, "utf8");
    else if (length > maxJoinedBytes) outgoing.end(body);
    else outgoing.end(Buffer.from(body.buffer, body.byteOffset, length).toString("latin1"), "latin1");
    // What the socket did not take at once waits for a reader that has to go on reading.
    if (outgoing.writableLength > 0) outgoing.socket?.setTimeout(stallMs);
    return;
  }
  outgoing.writeHead(reply.status, reply.headers);
  outgoing.flushHeaders();
  outgoing.socket?.setNoDelay(true);
  const iterator = reply.body[Symbol.asyncIterator]();
  const onClose = (): void => {
    void iterator.return?.().then(undefined, () => undefined);
  };
  outgoing.once("close", onClose);
  try {
    for (let next = await iterator.next(); !next.done && !outgoing.destroyed; next = await iterator.next()) {
      if (!outgoing.write(next.value)) await drained(outgoing);
    }
    // Only a stream that is whole gets its end: one that throws must look broken to its reader.
    if (!outgoing.destroyed) outgoing.end();
  } finally {
    outgoing.off("close", onClose);
    if (outgoing.destroyed) await iterator.return?.();
  }
};

/** A reader that takes nothing for so long is disconnected: its call holds money and memory. */
const stallMs = 60_000;

const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (outgoing.destroyed) return resolve();
    const stalled = setTimeout(() => outgoing.destroy(), stallMs);
    stalled.unref();
    const done = (): void => {
      clearTimeout(stalled);
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.once("drain", done);
    outgoing.once("close", done);
  });

const encoder = new TextEncoder();

/** The reply as a fetch `Response`. */
export const toFetch = (reply: DoorReply): Response => {
  if (!isIterable(reply.body))
    return new Response(new Uint8Array(typeof reply.body === "string" ? encoder.encode(reply.body) : reply.body), {
      status: reply.status,
      headers: reply.headers,
    });
  const iterator = reply.body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(stream, { status: reply.status, headers: reply.headers });
};
