import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, parseJson } from "../read-json.ts";
import { openRequestLog } from "../request-log.ts";
import { readBody } from "../serve-vendors.ts";
import type { ActingFault } from "./acting-rules.ts";
import { EffectStore, type Effect } from "./effect-store.ts";

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

/** A vendor that does things, over real HTTP: `POST /v1/effects`, by keys or without, with look-up or without. */
export const startActingVendor = async (options: ActingVendorOptions): Promise<ActingVendor> => {
  const { name, apiKey, keys, lookUp, cancelByKey = false, workMs = 0, lateMs = 500, mismatchStatus = 400 } = options;
  const now = options.now ?? Date.now;
  const truth = openRequestLog(options.truthFile, false);
  const store = new EffectStore({
    vendor: name,
    now,
    keyLifetimeMs: options.keyLifetimeMs ?? dayMs,
    visibleAfterMs: lookUp === "eventual" ? (options.visibleAfterMs ?? 1_000) : 0,
    truth,
  });
  const made: Partial<Record<ActingFault, number>> = {};
  const late = new Set<Promise<void>>();
  const stopping = new AbortController();
  let script = options.script ?? (() => undefined);
  let seq = 0;

  const answer = (response: ServerResponse, status: number, body: string, more: Record<string, string> = {}): void =>
    void response.writeHead(status, { ...json, ...more }).end(body);
  const refuse = (response: ServerResponse, status: number, code: string, message: string, more = {}): void =>
    answer(response, status, errorBody(status === 402 ? "card_error" : "invalid_request_error", code, message), more);

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
    const digest = hash("sha256", raw);
    const known = key === null ? undefined : store.known(key);
    seq += 1;
    const fault = script({ seq, reference: asked.reference, key, note: asked.note, repeat: known !== undefined });
    if (fault !== undefined) made[fault] = (made[fault] ?? 0) + 1;
    switch (fault) {
      case "refuse-key":
        return refuse(response, 401, "api_key_invalid", "Invalid API key.");
      case "rate-limited":
        return refuse(response, 429, "rate_limit", "Too many requests.", { "retry-after": "1" });
      case "maintenance":
        return refuse(response, 503, "not_executed_maintenance", "Nothing was done; come back later.");
      case "in-progress":
        return refuse(response, 409, "idempotency_key_in_use", "Another request with this key is running.");
      case "error-without-field":
        return answer(response, 400, JSON.stringify({ message: "Bad request" }));
      case "drop-before-head":
        return void response.destroy();
      default:
    }
    if (key !== null && known !== undefined) {
      if (known.bodyDigest !== digest)
        return refuse(response, mismatchStatus, "idempotency_error", "This key was used with other parameters.");
      if (known.answer === undefined)
        return refuse(response, 409, "idempotency_key_in_use", "Another request with this key is running.");
      return lose(response, fault, known.answer.status, known.answer.body, { "idempotent-replayed": "true" });
    }
    const record = key === null ? undefined : store.begin(key, digest);
    const keep = (status: number, body: string): void => {
      if (record !== undefined) record.answer = { status, body };
    };
    if (fault === "refuse") {
      const body = errorBody("card_error", "declined", "The request was declined.");
      keep(402, body);
      return answer(response, 402, body);
    }
    const failed = errorBody("api_error", "internal", "Something went wrong.");
    if (fault === "5xx-without-executing") {
      keep(500, failed);
      return answer(response, 500, failed);
    }
    const execute = async (): Promise<string> => {
      if (workMs > 0) await sleep(workMs);
      const effect = await store.execute(asked.reference, key, asked.amount);
      return effectBody(effect);
    };
    if (fault === "late-execution") {
      const later = sleep(lateMs, undefined, { signal: stopping.signal })
        .then(execute)
        .then((body) => keep(201, body))
        .catch(() => undefined)
        .finally(() => late.delete(later));
      late.add(later);
      return void response.destroy();
    }
    const body = await execute();
    keep(fault === "execute-then-5xx" ? 500 : 201, fault === "execute-then-5xx" ? failed : body);
    if (fault === "forget-key" && key !== null) store.forget(key);
    return lose(response, fault, 201, body);
  };

  /** The answer, as the fault lets it through. */
  const lose = (
    response: ServerResponse,
    fault: ActingFault | undefined,
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ): void => {
    switch (fault) {
      case "execute-then-drop":
      case "forget-key":
      case "late-execution":
        return void response.destroy();
      case "execute-then-hang":
        return;
      case "execute-then-5xx":
        return answer(response, 500, errorBody("api_error", "internal", "Something went wrong."));
      case "gateway-5xx":
        return void response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
      case "truncated-body": {
        const bytes = Buffer.from(body);
        response.writeHead(status, { ...json, "content-length": String(bytes.length) });
        return void response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      }
      case "without-id":
        return answer(response, status, JSON.stringify({ object: "effect", status: "done" }), headers);
      default:
        return answer(response, status, body, headers);
    }
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
      stopping.abort();
      await Promise.all(late);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await truth.close();
    },
  };
};
