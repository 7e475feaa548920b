import type { IncomingMessage } from "node:http";
import { NexusError } from "../errors.ts";
import type { DoorRequest } from "./door-request.ts";

/** What is about the connection, or would tie every message to one key. */
const notPassed = /^(connection|upgrade|content-.*|transfer-encoding|idempotency-key|expect|sec-websocket-.*)$/;

/** Browsers cannot set headers: OpenAI's clients put the key among the protocols. */
const keyProtocol = "openai-insecure-api-key.";

/** The protocols that a client offers. */
export const protocolsOf = ({ headers }: IncomingMessage): readonly string[] =>
  (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

const credentialsOf = (incoming: IncomingMessage): readonly string[] => [
  ...(incoming.headersDistinct["authorization"] ?? []),
  ...protocolsOf(incoming).flatMap((one) =>
    one.startsWith(keyProtocol) ? [`Bearer ${one.slice(keyProtocol.length)}`] : [],
  ),
];

type Asked = Pick<DoorRequest, "method" | "path" | "signal" | "requestId"> & {
  readonly search?: string;
  readonly body?: Buffer;
};

/** A message, or the opening of a connection, as the request that it stands for. */
export const socketRequest = (
  incoming: IncomingMessage,
  { method, path, search = "", body = Buffer.of(), signal, requestId }: Asked,
): DoorRequest => ({
  method,
  path,
  search,
  query: new URLSearchParams(search),
  header: (name) => {
    if (name === "content-type") return "application/json";
    if (name === "authorization") return credentialsOf(incoming).join(", ") || undefined;
    const value = notPassed.test(name) ? undefined : incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  },
  headerValues: (name) => {
    if (name === "authorization") return credentialsOf(incoming);
    return notPassed.test(name) ? [] : (incoming.headersDistinct[name] ?? []);
  },
  body: (maxBytes) =>
    body.byteLength > maxBytes
      ? Promise.reject(new NexusError("PAYLOAD_TOO_LARGE", { details: { maxBytes } }))
      : Promise.resolve(body),
  signal,
  remoteAddress: incoming.socket.remoteAddress ?? "",
  requestId,
});
