import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { HttpAnswer, HttpRequest } from "../../http/auth-request.ts";

/** A request of ours in the form Node's HTTP server gives it, and what is answered to it. */
export interface NodeExchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Once the response has ended. */
  readonly answer: Promise<HttpAnswer>;
}

interface NodeExchangeOptions {
  readonly issuer: string;
  /** The cookies the engine may see, as one header; the browser's others are none of its business. */
  readonly cookies: string;
  readonly body: Buffer;
}

const passed = ["accept", "accept-language", "authorization", "content-type", "dpop", "user-agent"] as const;

/** The guarantee: the engine reads `encrypted` and `remoteAddress` of a socket; writing and corking are a Duplex's own. */
const asSocket = (duplex: Duplex): Socket => duplex as unknown as Socket;

const collectingSocket = (chunks: Buffer[], secure: boolean, remoteAddress: string): Socket => {
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  Object.defineProperty(duplex, "encrypted", { value: secure });
  Object.defineProperty(duplex, "remoteAddress", { value: remoteAddress });
  return asSocket(duplex);
};

const headersOf = (request: HttpRequest, { issuer, cookies, body }: NodeExchangeOptions): Record<string, string> => {
  const headers: Record<string, string> = { host: new URL(issuer).host };
  for (const name of passed) {
    const value = request.header(name);
    if (value !== undefined) headers[name] = value;
  }
  if (cookies !== "") headers.cookie = cookies;
  if (request.method === "POST") headers["content-length"] = String(body.byteLength);
  return headers;
};

const hopByHop = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
  "vary",
]);

const titleCase = (name: string): string => name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

const answerOf = (response: ServerResponse, chunks: readonly Buffer[]): HttpAnswer => {
  const bytes = Buffer.concat(chunks);
  const body = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
  const headers = Object.entries(response.getHeaders()).flatMap(([name, value]) =>
    hopByHop.has(name) || name.startsWith("access-control-") || value === undefined
      ? []
      : [[titleCase(name), Array.isArray(value) ? value.join(", ") : String(value)] as const],
  );
  const cookies = response.getHeader("set-cookie");
  return {
    status: response.statusCode,
    headers: Object.fromEntries(headers),
    cookies: Array.isArray(cookies) ? cookies : cookies === undefined ? [] : [String(cookies)],
    text: body.toString("utf8"),
  };
};

/** Every header comes from here: nothing the browser or a proxy adds can tell the engine another host, scheme or person. */
export const toNodeExchange = (request: HttpRequest, options: NodeExchangeOptions): NodeExchange => {
  const chunks: Buffer[] = [];
  const socket = collectingSocket(chunks, options.issuer.startsWith("https:"), request.ip);
  const message = new IncomingMessage(socket);
  const search = request.query.toString();
  message.method = request.method;
  message.url = search === "" ? request.path : `${request.path}?${search}`;
  message.headers = headersOf(request, options);
  message.push(options.body);
  message.push(null);
  message.complete = true;
  const response = new ServerResponse(message);
  response.assignSocket(socket);
  const finished = once(response, "finish");
  return { message, response, answer: finished.then(() => answerOf(response, chunks)) };
};
