import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, parseJson } from "../read-json.ts";
import { openRequestLog } from "../request-log.ts";
import { readBody } from "../serve-vendors.ts";
import { createActOnce, type ActingWords } from "./act-once.ts";
import type { ActingFault } from "./acting-rules.ts";
import { EffectStore, type Effect } from "./effect-store.ts";
import type { ActingAnswer } from "./key-store.ts";

/** One request to have something done, as a script sees it. */
export interface ActingRequest {
  /** Counts the requests to act, from 1. */
  readonly seq: number;
  readonly reference: string;
  readonly key: string | null;
  readonly note: string | undefined;
  /** The key was seen before. */
  readonly repeat: boolean;
}

export interface ActingVendorOptions {
  readonly name: string;
  readonly apiKey: string;
  readonly port?: number;
  /** `none`: the vendor knows no idempotency key, and does everything that it is asked. */
  readonly keys: "header" | "none";
  /** After so long a key is as good as new. */
  readonly keyLifetimeMs?: number;
  /** What the same key with other parameters is answered with: Stripe's 400, or Resend's 409. */
  readonly mismatchStatus?: 400 | 409;
  /** `strong`: shows what was done at once. `eventual`: after `visibleAfterMs`. `none`: there is no look-up. */
  readonly lookUp: "strong" | "eventual" | "none";
  readonly visibleAfterMs?: number;
  readonly cancelByKey?: boolean;
  /** How long it takes to do something; meanwhile its key is in progress. */
  readonly workMs?: number;
  /** How late a late execution is. */
  readonly lateMs?: number;
  /** What goes wrong with a request; nothing where it says so. */
  readonly script?: (request: ActingRequest) => ActingFault | undefined;
  /** Every effect, one JSON line each; without it, in memory alone. No request shows it. */
  readonly truthFile?: string;
  readonly now?: () => number;
}

export interface ActingVendor {
  readonly baseUrl: string;
  /** The truth, for tests: what was done and not canceled. */
  readonly effects: () => readonly Effect[];
  /** How often each fault was made. */
  readonly made: Readonly<Partial<Record<ActingFault, number>>>;
  /** Requests to act, repeats included. */
  readonly requests: () => number;
  /** Replaces the script. */
  readonly setScript: (script: NonNullable<ActingVendorOptions["script"]>) => void;
  readonly close: () => Promise<void>;
}

const dayMs = 86_400_000;
const maxBytes = 64 * 1024;
const fields: ReadonlySet<string> = new Set(["reference", "amount", "note"]);

interface Asked {
  readonly reference: string;
  readonly amount: number;
  readonly note: string | undefined;
}

/** As strict as a real vendor: what it does not know, it refuses. */
const readAsked = (body: unknown): Asked | string => {
  if (!isObject(body)) return "The body is no JSON object.";
  const foreign = Object.keys(body).find((name) => !fields.has(name));
  if (foreign !== undefined) return `Unknown parameter: ${foreign}.`;
  const { reference, amount, note } = body;
  if (typeof reference !== "string" || !/^[\w-]{1,127}$/.test(reference)) return "reference: 1 to 127 characters.";
  if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 1 || amount > 99_999_999)
    return "amount: an integer from 1 to 99999999.";
  if (note !== undefined && (typeof note !== "string" || note.length > 500)) return "note: at most 500 characters.";
  return { reference, amount, note };
};

const errorBody = (type: string, code: string, message: string): string =>
  JSON.stringify({ error: { type, code, message } });

const effectBody = ({ id, reference, amount, atMs }: Effect): string =>
  JSON.stringify({ id, object: "effect", status: "done", reference, amount, created: Math.floor(atMs / 1_000) });

const json = { "content-type": "application/json" } as const;

const errorType = (status: number): string => (status === 402 ? "card_error" : "invalid_request_error");

const refusalOf = (status: number, code: string, message: string): ActingAnswer => ({
  status,
  body: errorBody(errorType(status), code, message),
});

const wordsOf = (mismatchStatus: number): ActingWords => ({
  headers: () => json,
  wrongKey: refusalOf(401, "api_key_invalid", "Invalid API key."),
  rateLimited: { ...refusalOf(429, "rate_limit", "Too many requests."), headers: { "retry-after": "1" } },
  maintenance: refusalOf(503, "not_executed_maintenance", "Nothing was done; come back later."),
  inProgress: refusalOf(409, "idempotency_key_in_use", "Another request with this key is running."),
  refused: refusalOf(402, "declined", "The request was declined."),
  failed: { status: 500, body: errorBody("api_error", "internal", "Something went wrong.") },
  withoutField: { status: 400, body: JSON.stringify({ message: "Bad request" }) },
  withoutId: () => JSON.stringify({ object: "effect", status: "done" }),
  mismatch: refusalOf(mismatchStatus, "idempotency_error", "This key was used with other parameters."),
  keepsFailures: true,
  repeated: (first) => ({ ...first, headers: { "idempotent-replayed": "true" } }),
});

/** A vendor that does things, over real HTTP: `POST /v1/effects`, by keys or without, with look-up or without. */
export const startActingVendor = async (options: ActingVendorOptions): Promise<ActingVendor> => {
  const { name, apiKey, keys, lookUp, cancelByKey = false, workMs = 0, lateMs = 500, mismatchStatus = 400 } = options;
  const now = options.now ?? Date.now;
  const truth = openRequestLog(options.truthFile, false);
  const store = new EffectStore({
    vendor: name,
    now,
    visibleAfterMs: lookUp === "eventual" ? (options.visibleAfterMs ?? 1_000) : 0,
    truth,
  });
  const once = createActOnce({ now, lateMs, words: wordsOf(mismatchStatus) });
  const made: Partial<Record<ActingFault, number>> = {};
  let script = options.script ?? (() => undefined);
  let seq = 0;

  const answer = (response: ServerResponse, status: number, body: string, more: Record<string, string> = {}): void =>
    void response.writeHead(status, { ...json, ...more }).end(body);
  const refuse = (response: ServerResponse, status: number, code: string, message: string, more = {}): void =>
    answer(response, status, errorBody(errorType(status), code, message), more);

  const act = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await readBody(request, maxBytes);
    if (request.headers["content-type"]?.split(";")[0] !== "application/json")
      return refuse(response, 415, "content_type", "Send application/json.");
    if (raw === undefined) return refuse(response, 413, "too_large", "The body is too large.");
    const asked = readAsked(parseJson(raw.toString()));
    const sent = request.headers["idempotency-key"];
    const key = keys === "header" && typeof sent === "string" && sent !== "" ? sent : null;
    if (key !== null && !/^[\x21-\x7e]{1,255}$/.test(key))
      return refuse(response, 400, "idempotency_key_invalid", "Idempotency-Key: 1 to 255 visible characters.");
    // Neither is kept under the key.
    if (typeof asked === "string") return refuse(response, 400, "parameter_invalid", asked);
    const repeat = key !== null && once.keys.known(key) !== undefined;
    seq += 1;
    const fault = script({ seq, reference: asked.reference, key, note: asked.note, repeat });
    if (fault !== undefined) made[fault] = (made[fault] ?? 0) + 1;
    return once.act({
      response,
      key,
      digest: hash("sha256", raw),
      keyLifetimeMs: options.keyLifetimeMs ?? dayMs,
      fault,
      execute: async () => {
        if (workMs > 0) await sleep(workMs);
        return { status: 201, body: effectBody(await store.execute(asked.reference, key, asked.amount)) };
      },
    });
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://vendor");
    if (request.headers.authorization !== `Bearer ${apiKey}`)
      return refuse(response, 401, "api_key_invalid", "Invalid API key.");
    if (request.method === "POST" && pathname === "/v1/effects") return act(request, response);
    const [, reference] = /^\/v1\/references\/([\w-]{1,127})\/effects$/.exec(pathname) ?? [];
    if (request.method === "GET" && reference !== undefined && lookUp !== "none") {
      const data = store.find(reference).map((effect): unknown => JSON.parse(effectBody(effect)));
      return answer(response, 200, JSON.stringify({ object: "list", data }));
    }
    const [, canceled] = /^\/v1\/keys\/([\w-]{1,255})\/cancel$/.exec(pathname) ?? [];
    if (request.method === "POST" && canceled !== undefined && cancelByKey) {
      await store.cancel(canceled);
      once.keys.forget(canceled);
      return answer(response, 200, "{}");
    }
    return refuse(response, 404, "not_found", "There is nothing here.");
  };

  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    route(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 2_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the acting vendor has no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    effects: () => store.effects,
    made,
    requests: () => seq,
    setScript: (next) => {
      script = next;
    },
    close: async () => {
      await once.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await truth.close();
    },
  };
};
