import { Agent, request as httpRequest } from "node:http";
import type { DeclaredProcedure } from "../server/transport/trpc/procedure-list.ts";

/** A request as bytes, so that it can be wrong in every way. */
export interface RawAsk {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** Asks, and takes no longer than `timeoutMs` for an answer. One that goes on is read for `readMs`. */
export const sendRaw = (
  port: number,
  { method, path, headers, body }: RawAsk,
  timeoutMs = 15_000,
  readMs?: number,
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const request = httpRequest(
      { host: "127.0.0.1", port, agent, method, path, headers: { ...sent, ...headers }, timeout: timeoutMs },
      (answer) => {
        const chunks: Buffer[] = [];
        const told = (): void => {
          clearTimeout(enough);
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          });
        };
        const enough =
          readMs === undefined
            ? undefined
            : setTimeout(() => {
                told();
                request.destroy();
              }, readMs);
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", told);
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer to ${method} ${path}`)));
    request.on("error", reject);
    request.end(body);
  });

/** How a door is asked for a procedure with an input that it has not looked at yet. */
export type AskFor = (procedure: DeclaredProcedure, input: Readonly<Record<string, unknown>>) => RawAsk;

const jsonType = { "content-type": "application/json" };

const queryText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** `encodeURIComponent` for texts that hold half a character, too. */
const encoded = (value: unknown): string => encodeURIComponent(queryText(value).toWellFormed());

export const askOverTrpc: AskFor = ({ name, type, streaming }, input) => {
  const path = `/api/trpc/${name}`;
  const text = JSON.stringify(input);
  // Streams answer in lines, which tRPC keeps to batches, of one here.
  if (streaming && type === "query")
    return {
      method: "GET",
      path: `${path}?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: input }))}`,
      headers: { "trpc-accept": "application/jsonl" },
    };
  if (streaming)
    return {
      method: "POST",
      path: `${path}?batch=1`,
      headers: { ...jsonType, "trpc-accept": "application/jsonl" },
      body: JSON.stringify({ 0: input }),
    };
  return type === "query"
    ? { method: "GET", path: `${path}?input=${encodeURIComponent(text)}` }
    : {
        method: "POST",
        path,
        headers: jsonType,
        body: text,
      };
};

export const askOverRest: AskFor = ({ rest: { method, path } }, input) => {
  const left = { ...input };
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const { [name]: value } = left;
    delete left[name];
    return encoded(value) || "%20";
  });
  if (method !== "GET" && method !== "DELETE")
    return { method, path: filled, headers: jsonType, body: JSON.stringify(left) };
  const query = Object.entries(left).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  return { method, path: query.length > 0 ? `${filled}?${query.join("&")}` : filled };
};
