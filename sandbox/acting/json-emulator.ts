import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActingWire } from "../acting-wire.ts";
import { pageHeaders, type PageAnswer } from "../page-frame.ts";
import { parseJson } from "../read-json.ts";
import { readBody } from "../serve-vendors.ts";
import { createActOnce, createNamedFaults, type ActingWords } from "./act-once.ts";
import { isActingFault, type ActingFault } from "./acting-rules.ts";
import type { ActingAnswer } from "./key-store.ts";
import type { PaymentEffect, PaymentEffects } from "./payment-effects.ts";

/** A no in the vendor's own words. */
export class JsonRefusal extends Error implements ActingAnswer {
  readonly status: number;
  readonly body: string;

  constructor(status: number, document: object) {
    super(`${status}`);
    this.status = status;
    this.body = JSON.stringify(document);
  }
}

/** One request, as an endpoint sees it. */
export interface JsonAsked<S> {
  readonly store: S;
  /** Where the emulator is, its mount included. */
  readonly site: string;
  /** The named groups of the path. */
  readonly at: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
}

/** An endpoint of a vendor's API. */
export interface JsonEndpoint<S> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: RegExp;
  /** It knows the vendor's idempotency key. */
  readonly keyed?: boolean;
  /** A request with POST that changes nothing, as a search is. */
  readonly reads?: boolean;
  /** Refuses what is not well-formed, before anything is kept. */
  readonly check?: (asked: JsonAsked<S>) => void;
  readonly answer: (asked: JsonAsked<S>) => { readonly status: number; readonly document?: object };
}

/** One request to act, as a script sees it. */
export interface JsonActAsked {
  /** Counts the requests to act, from 1. */
  readonly seq: number;
  readonly path: string;
  /** The vendor's key, or where it was given none what `markOf` finds. */
  readonly key: string | null;
  /** The key was seen before. */
  readonly repeat: boolean;
}

export type JsonScript = (asked: JsonActAsked) => ActingFault | undefined;

interface Kept {
  readonly effects: PaymentEffects;
  readonly clear: () => void;
}

/** A payment vendor's API as far as Nexus uses it, with the pages on which payers pay. */
export interface JsonEmulator<S extends Kept> extends ActingWire {
  /** The truth, for tests. */
  readonly effects: () => readonly PaymentEffect[];
  readonly store: S;
  /** Requests to act, repeats included. */
  readonly requests: () => number;
  readonly setScript: (script: JsonScript) => void;
  readonly close: () => Promise<void>;
}

/** The time that an emulator goes by. */
export interface JsonEmulatorTime {
  readonly now: () => number;
  /** How late a late execution is. */
  readonly lateMs?: number;
}

interface JsonEmulatorOptions<S extends Kept> {
  readonly id: string;
  readonly credential: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** How late a late execution is. */
  readonly lateMs: number;
  readonly store: S;
  readonly words: ActingWords;
  readonly notFound: () => JsonRefusal;
  readonly malformed: () => JsonRefusal;
  readonly isCaller: (headers: IncomingMessage["headers"]) => boolean;
  /** The vendor's key of a request; refuses one that is none. Left out: it takes no keys. */
  readonly keyOf?: (asked: Pick<JsonAsked<S>, "headers" | "body">) => string | undefined;
  readonly keyLifetimeMs?: number;
  /** Our operation's id in a request that takes no key: by it tests tell whose request a fault is to meet. */
  readonly markOf?: (asked: Pick<JsonAsked<S>, "body">) => string | null;
  readonly endpoints: readonly JsonEndpoint<S>[];
  /** What a browser is shown at a path; undefined where there is no page. */
  readonly page: (path: string, query: URLSearchParams, form: URLSearchParams | undefined) => PageAnswer | undefined;
}

const maxBytes = 1_048_576;

/** The fault that a request names in its metadata, or in a text of its own. */
const faultNamedIn = (raw: string): string | undefined =>
  /"sandbox_fault":"([\w-]{1,40})"|\[\[sandbox:([\w-]{1,40})\]\]/.exec(raw)?.slice(1).find(Boolean);

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly raw: string;
}

/** An emulator of a vendor with a JSON API, of the parts that are the vendor's own. */
export const createJsonEmulator = <S extends Kept>(options: JsonEmulatorOptions<S>): JsonEmulator<S> => {
  const { id, credential, now, lateMs, store, words, notFound, malformed, endpoints, keyLifetimeMs = 0 } = options;
  const mount = `/${id}`;
  const once = createActOnce({ now, lateMs, words });
  const named = createNamedFaults(isActingFault);
  let script: JsonScript = () => undefined;
  let seq = 0;

  const found = ({ request, path, raw }: Call) => {
    const body = raw === "" ? undefined : parseJson(raw);
    if (raw !== "" && body === undefined) throw malformed();
    for (const endpoint of endpoints) {
      const match = endpoint.method === request.method ? endpoint.path.exec(path) : null;
      if (match === null) continue;
      const asked: JsonAsked<S> = {
        store,
        site: `http://${request.headers.host ?? "localhost"}${mount}`,
        at: { ...match.groups },
        query: new URL(request.url ?? "/", "http://sandbox").searchParams,
        body,
        headers: request.headers,
      };
      return { endpoint, asked };
    }
    throw notFound();
  };

  const run = (endpoint: JsonEndpoint<S>, asked: JsonAsked<S>): ActingAnswer => {
    try {
      const { status, document } = endpoint.answer(asked);
      return { status, body: document === undefined ? "" : JSON.stringify(document) };
    } catch (error) {
      if (error instanceof JsonRefusal) return error;
      throw error;
    }
  };

  const act = (call: Call, endpoint: JsonEndpoint<S>, asked: JsonAsked<S>): Promise<void> => {
    const key = endpoint.keyed === true ? (options.keyOf?.(asked) ?? null) : null;
    seq += 1;
    const repeat = key !== null && once.keys.known(key) !== undefined;
    const known = key ?? options.markOf?.(asked) ?? null;
    const fault = script({ seq, path: call.path, key: known, repeat }) ?? named.of(faultNamedIn(call.raw), known);
    return once.act({
      response: call.response,
      key,
      digest: hash("sha256", `${endpoint.method} ${call.path}\n${call.raw}`),
      keyLifetimeMs,
      fault,
      execute: () => run(endpoint, asked),
    });
  };

  const api = (call: Call): Promise<void> | void => {
    if (!options.isCaller(call.request.headers)) return once.answer(call.response, words.wrongKey);
    const { endpoint, asked } = found(call);
    const isJson = call.request.headers["content-type"]?.split(";")[0] === "application/json";
    if (call.raw !== "" && !isJson) throw malformed();
    endpoint.check?.(asked);
    return endpoint.method === "GET" || endpoint.reads === true
      ? once.answer(call.response, run(endpoint, asked))
      : act(call, endpoint, asked);
  };

  return {
    id,
    mount,
    credential,
    serve: async (path, request, response) => {
      const raw = request.method === "GET" ? "" : ((await readBody(request, maxBytes))?.toString() ?? "");
      const { searchParams } = new URL(request.url ?? "/", "http://sandbox");
      const shown = options.page(path, searchParams, request.method === "POST" ? new URLSearchParams(raw) : undefined);
      if (shown !== undefined) return void response.writeHead(shown.status, pageHeaders(shown)).end(shown.body);
      try {
        return await api({ request, response, path, raw });
      } catch (error) {
        if (error instanceof JsonRefusal) return once.answer(response, error);
        throw error;
      }
    },
    effects: () => store.effects.all,
    store,
    requests: () => seq,
    setScript: (next) => {
      script = next;
    },
    reset: () => {
      store.clear();
      once.keys.clear();
      named.clear();
      script = () => undefined;
      seq = 0;
    },
    close: once.close,
  };
};
