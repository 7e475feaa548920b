import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createActOnce, createNamedFaults, type ActingWords } from "../acting/act-once.ts";
import { isActingFault, type ActingFault } from "../acting/acting-rules.ts";
import type { ActingAnswer } from "../acting/key-store.ts";
import type { PaymentEffect } from "../acting/payment-effects.ts";
import type { ActingWire } from "../acting-wire.ts";
import { pageHeaders } from "../page-frame.ts";
import { isObject, parseJson } from "../read-json.ts";
import { readBody } from "../serve-vendors.ts";
import { orderApproval, revisionApproval, subscriptionApproval } from "./approval-page.ts";
import { invalidRequestField, notFound, PaypalRefusal } from "./paypal-refusal.ts";
import { paypalEndpoints, type Api } from "./paypal-routes.ts";
import { PaypalStore } from "./paypal-store.ts";
import { createTokens } from "./paypal-tokens.ts";
import { renderOrder, renderSubscription, type Site } from "./render-paypal.ts";

/** One request to act, as a script sees it. */
export interface PaypalAsked {
  /** Counts the requests to act, from 1. */
  readonly seq: number;
  readonly path: string;
  readonly key: string | null;
  /** The key was seen before. */
  readonly repeat: boolean;
}

export type PaypalScript = (asked: PaypalAsked) => ActingFault | undefined;

export interface PaypalEmulatorOptions {
  readonly now: () => number;
  /** How late a late execution is. */
  readonly lateMs?: number;
}

/** PayPal's REST API as far as Nexus uses it, below `/paypal`, with the pages on which payers approve. */
export interface PaypalEmulator extends ActingWire {
  /** The truth, for tests. */
  readonly effects: () => readonly PaymentEffect[];
  readonly store: PaypalStore;
  /** Requests to act, repeats included. */
  readonly requests: () => number;
  readonly setScript: (script: PaypalScript) => void;
  /** What access tokens are worth. */
  readonly tokens: ReturnType<typeof createTokens>;
  readonly close: () => Promise<void>;
}

/** Where the emulator stands on the sandbox's port. */
const paypalMount = "/paypal";

const pages: ReadonlySet<string> = new Set([
  "/checkoutnow",
  "/webapps/billing/subscriptions",
  "/webapps/billing/subscriptions/update",
]);

const maxBytes = 1_048_576;
const hour = 3_600_000;
/** As the specifications say of `PayPal-Request-Id`. */
const lifetimes: Readonly<Record<Api, number>> = {
  orders: 6 * hour,
  payments: 45 * 24 * hour,
  subscriptions: 72 * hour,
  // Only read here.
  invoicing: 0,
  disputes: 0,
};

const refusal = (status: number, name: string, issue?: string): ActingAnswer => ({
  status,
  body: new PaypalRefusal(status, name, issue === undefined ? [] : [{ issue }]).body,
});

const withoutId = (body: string): string => {
  const whole = parseJson(body);
  const { id: _, ...rest } = isObject(whole) ? whole : { id: "" };
  return JSON.stringify(rest);
};

/** The latest state of what a first answer was about; a repeat is answered with 200. */
const latest = (store: PaypalStore, site: Site, first: ActingAnswer): ActingAnswer => {
  const document = parseJson(first.body);
  const id = isObject(document) && typeof document["id"] === "string" ? document["id"] : "";
  const order = store.order(id);
  const subscription = store.subscriptions.get(id);
  const now =
    order === undefined
      ? subscription === undefined
        ? document
        : renderSubscription(store, subscription, site)
      : renderOrder(order, site);
  return { status: 200, body: JSON.stringify(now) };
};

const wordsOf = (store: PaypalStore, site: () => Site): ActingWords => ({
  headers: () => ({ "content-type": "application/json", "paypal-debug-id": store.newId(13).toLowerCase() }),
  wrongKey: refusal(401, "AUTHENTICATION_FAILURE"),
  rateLimited: { ...refusal(429, "RATE_LIMIT_REACHED"), headers: { "retry-after": "1" } },
  maintenance: refusal(503, "SERVICE_UNAVAILABLE"),
  inProgress: refusal(409, "RESOURCE_CONFLICT", "PREVIOUS_REQUEST_IN_PROGRESS"),
  refused: refusal(422, "UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED"),
  failed: refusal(500, "INTERNAL_SERVER_ERROR"),
  withoutField: { status: 400, body: JSON.stringify({ note: "Bad request" }) },
  withoutId,
  // PayPal documents no comparison.
  mismatch: undefined,
  keepsFailures: false,
  repeated: (first) => latest(store, site(), first),
});

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly body: unknown;
  readonly raw: string;
}

const queryOf = ({ url = "/" }: IncomingMessage): URLSearchParams => new URL(url, "http://sandbox").searchParams;

const endpointFor = (method: string, path: string) => {
  for (const endpoint of paypalEndpoints) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match !== null) return { endpoint, id: match.groups?.["id"] ?? "", verb: match.groups?.["verb"] ?? "" };
  }
  throw notFound();
};

export const createPaypalEmulator = ({ now, lateMs = 500 }: PaypalEmulatorOptions): PaypalEmulator => {
  const store = new PaypalStore(now);
  const tokens = createTokens(now);
  let site: Site = { origin: "" };
  const once = createActOnce({ now, lateMs, words: wordsOf(store, () => site) });
  const named = createNamedFaults(isActingFault);
  let script: PaypalScript = () => undefined;
  let seq = 0;

  const run = ({ request, path, body }: Call, key: string | null): ActingAnswer => {
    const { endpoint, id, verb } = endpointFor(request.method ?? "GET", path);
    const { status, document } = endpoint.answer({ store, site, id, verb, query: queryOf(request), body, key });
    return { status, body: document === undefined ? "" : JSON.stringify(document) };
  };

  const act = async (call: Call): Promise<void> => {
    const { request, response, path, body, raw } = call;
    const { endpoint, id, verb } = endpointFor("POST", path);
    const sent = request.headers["paypal-request-id"];
    const given = endpoint.keyed && typeof sent === "string" && sent !== "" ? sent : null;
    if (given !== null && given.length > 108) throw invalidRequestField("INVALID_STRING_LENGTH", "/PayPal-Request-Id");
    endpoint.check({ store, site, id, verb, query: queryOf(request), body, key: given });
    const key = given === null ? null : `${endpoint.api} ${given}`;
    seq += 1;
    const repeat = key !== null && once.keys.known(key) !== undefined;
    const fault =
      script({ seq, path, key: given, repeat }) ?? named.of(/\[\[sandbox:([\w-]{1,40})\]\]/.exec(raw)?.[1], key);
    return once.act({
      response,
      key,
      digest: hash("sha256", `${path}\n${raw}`),
      keyLifetimeMs: lifetimes[endpoint.api],
      fault,
      execute: () => {
        try {
          return run(call, given);
        } catch (error) {
          if (!(error instanceof PaypalRefusal)) throw error;
          return error;
        }
      },
    });
  };

  const page = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const query = queryOf(request);
    const form =
      request.method === "POST" ? new URLSearchParams((await readBody(request, maxBytes))?.toString()) : undefined;
    const agreement = (query.get("ba_token") ?? "").replace(/^BA-/, "");
    const answer =
      path === "/checkoutnow"
        ? orderApproval(store, query.get("token") ?? "", form)
        : path.endsWith("/update")
          ? revisionApproval(store, agreement, form)
          : subscriptionApproval(store, agreement, form);
    response.writeHead(answer.status, pageHeaders(answer)).end(answer.body);
  };

  const api = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = request.method === "GET" ? "" : ((await readBody(request, maxBytes))?.toString() ?? "");
    if (path === "/v1/oauth2/token") return once.answer(response, tokens.issue(request, raw));
    if (!tokens.isValid(request.headers.authorization)) throw new PaypalRefusal(401, "AUTHENTICATION_FAILURE");
    if (request.method === "GET") {
      const call: Call = { request, response, path, body: undefined, raw };
      return once.answer(response, run(call, null));
    }
    const isJson = request.headers["content-type"]?.split(";")[0] === "application/json";
    if (raw !== "" && !isJson) throw new PaypalRefusal(415, "UNSUPPORTED_MEDIA_TYPE");
    const body = raw === "" ? {} : parseJson(raw);
    if (body === undefined) throw invalidRequestField("MALFORMED_REQUEST_JSON", "/");
    return act({ request, response, path, body, raw });
  };

  return {
    id: "paypal",
    mount: paypalMount,
    credential: tokens.credential,
    serve: async (path, request, response) => {
      if (pages.has(path)) return page(request, response, path);
      site = { origin: `http://${request.headers.host ?? "localhost"}${paypalMount}` };
      try {
        return await api(path, request, response);
      } catch (error) {
        if (!(error instanceof PaypalRefusal)) throw error;
        return once.answer(response, error);
      }
    },
    effects: () => store.effects.all,
    store,
    tokens,
    requests: () => seq,
    setScript: (next) => {
      script = next;
    },
    reset: () => {
      store.clear();
      tokens.clear();
      once.keys.clear();
      named.clear();
      script = () => undefined;
      seq = 0;
    },
    close: once.close,
  };
};
