import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AuthError } from "../auth-error.ts";
import { newId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/logger.ts";
import { asksForWebSocket, refuseConnect, upgradeHeaders } from "../../platform/plain-http.ts";
import { encodeError } from "./encode-error.ts";
import type { HttpRequest, EncodedAnswer } from "./exchange.ts";
import { fitBody } from "./require-fit-text.ts";

export const maxAuthBodyBytes = 64 * 1024;

type Handle = (request: HttpRequest) => Promise<EncodedAnswer>;

// Node joins or drops repeats of these; either would let two readers of one request see two different things.
const single = new Set([
  "authorization",
  "cookie",
  "host",
  "origin",
  "content-type",
  "content-length",
  "x-service-id",
  "x-topolo-auth",
]);

const repeatsSingleHeader = ({ rawHeaders }: IncomingMessage): boolean => {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (!single.has(name)) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.byteLength;
    if (size > maxAuthBodyBytes) throw new AuthError("payload_too_large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

/** The client's address: the socket's, or the one our own proxies vouch for. */
const addressOf = (message: IncomingMessage, trustedProxies: number): string => {
  const peer = message.socket.remoteAddress ?? "";
  if (trustedProxies === 0) return peer;
  const forwarded = String(message.headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter(Boolean);
  return forwarded.at(-trustedProxies) ?? peer;
};

const toRequest = (message: IncomingMessage, trustedProxies: number): HttpRequest => {
  const target = message.url ?? "/";
  const cut = target.indexOf("?");
  const search = cut === -1 ? "" : target.slice(cut + 1);
  let parsed: URLSearchParams | undefined;
  return {
    method: message.method ?? "GET",
    path: cut === -1 ? target : target.slice(0, cut),
    search,
    get query() {
      return (parsed ??= new URLSearchParams(search));
    },
    header: (name) => {
      const value = message.headers[name];
      return typeof value === "string" ? value : undefined;
    },
    ip: addressOf(message, trustedProxies),
    requestId: newId(),
    readBody: async () => fitBody(await readBody(message), message.headers["content-type"]),
  };
};

/** A reader that takes nothing for so long is gone. */
const stalledMs = 10_000;

/** At the reader's pace; either side may end it. */
const sendStream = (response: ServerResponse, chunks: AsyncIterable<Uint8Array>): void => {
  response.setTimeout(stalledMs, () => response.destroy());
  pipeline(Readable.from(chunks, { highWaterMark: 1 }), response).catch(() => response.destroy());
};

const send = (
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, cookies, body }: EncodedAnswer,
): void => {
  if (cookies.length > 0) response.setHeader("Set-Cookie", cookies);
  if (typeof body !== "string") {
    response.writeHead(status, headers);
    if (message.method === "HEAD") response.end();
    else sendStream(response, body);
    return;
  }
  response.writeHead(status, status === 204 ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body === "" || message.method === "HEAD" ? undefined : body);
  if (!message.complete) message.resume();
};

/** The request listener of a plain Node server. */
export const createNodeHandler =
  (handle: Handle, log: Logger, trustedProxies: number) =>
  (message: IncomingMessage, response: ServerResponse): void => {
    const request = toRequest(message, trustedProxies);
    const respond = async (): Promise<void> => {
      if (repeatsSingleHeader(message)) {
        const { status, json, html, headers } = encodeError(new AuthError("ambiguous_headers"), request, log);
        send(message, response, {
          status,
          headers: {
            "Content-Type": html === undefined ? "application/json" : "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            ...headers,
          },
          cookies: [],
          body: html ?? JSON.stringify(json),
        });
        return;
      }
      send(message, response, await handle(request));
    };
    respond().catch((error: unknown) => {
      log.error({ err: error, requestId: request.requestId }, "answer not sent");
      response.destroy();
    });
  };

const refuseWebSocket = (response: ServerResponse): void => {
  const error = { code: "upgrade_refused", message: "WebSockets are not supported; send the request over HTTP." };
  const body = JSON.stringify({ error });
  response.writeHead(426, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Content-Length": Buffer.byteLength(body),
    ...upgradeHeaders,
  });
  response.end(body);
};

/** A server with the limits a public listener needs. */
export const createListener = (handler: (message: IncomingMessage, response: ServerResponse) => void): Server => {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 30_000, maxHeaderSize: 16 * 1024 },
    (message, response) => {
      if (asksForWebSocket(message)) refuseWebSocket(response);
      else handler(message, response);
    },
  );
  server.on("connect", refuseConnect);
  server.maxHeadersCount = 100;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const isLate = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
    // Browsers open connections before they need them, and would take a word on one for the answer to what they ask next.
    if (isLate && socket instanceof Socket && socket.bytesRead === 0) socket.destroy();
    else if (socket.writable)
      socket.end(`HTTP/1.1 ${isLate ? "408 Request Timeout" : "400 Bad Request"}\r\nConnection: close\r\n\r\n`);
  });
  return server;
};
