import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createActOnce, createNamedFaults, type ActingWords } from "../acting/act-once.ts";
import { isActingFault, type ActingFault } from "../acting/acting-rules.ts";
import type { ActingAnswer } from "../acting/key-store.ts";
import type { PaymentEffect } from "../acting/payment-effects.ts";
import type { ActingWire } from "../acting-wire.ts";
import { isObject } from "../read-json.ts";
import { readBody } from "../serve-vendors.ts";
import { pagePath } from "./page-path.ts";
import { formListOf, metadataIn, readForm, type FormObject } from "./params.ts";
import { servePage } from "./serve-page.ts";
import { endpoints, expanded, requireParams } from "./stripe-routes.ts";
import { StripeRefusal } from "./stripe-refusal.ts";
import { StripeStore, type Thing } from "./stripe-store.ts";

/** One request to act, as a script sees it. */
export interface StripeAsked {
  /** Counts the requests to act, from 1. */
  readonly seq: number;
  readonly path: string;
  readonly key: string | null;
  readonly operationId: string | null;
  /** The key was seen before. */
  readonly repeat: boolean;
}

export type StripeScript = (asked: StripeAsked) => ActingFault | undefined;

export interface StripeEmulatorOptions {
  readonly now: () => number;
  /** Which secret keys it takes; any of Stripe's form where absent. */
  readonly keys?: () => readonly string[] | undefined;
  /** How late a late execution is. */
  readonly lateMs?: number;
}

/** Stripe's API as far as Nexus uses it, below `/stripe`, with the page on which payers pay. */
export interface StripeEmulator extends ActingWire {
  /** The truth, for tests. */
  readonly effects: () => readonly PaymentEffect[];
  /** An object as it is now, for tests that play the payer or the bank. */
  readonly thing: (id: string) => Thing | undefined;
  readonly store: StripeStore;
  /** Requests to act, repeats included. */
  readonly requests: () => number;
  readonly setScript: (script: StripeScript) => void;
  readonly close: () => Promise<void>;
}

/** Where the emulator stands on the sandbox's port. */
const stripeMount = "/stripe";

const maxBytes = 1_048_576;
const version = "2026-10-28.endive";
const keyLifetimeMs = 86_400_000;
const json = { "content-type": "application/json" } as const;

const answerOfRefusal = ({ status, error }: StripeRefusal): ActingAnswer => ({
  status,
  body: JSON.stringify({ error }),
});
const refusal = (status: number, error: Readonly<Record<string, string>>): ActingAnswer =>
  answerOfRefusal(new StripeRefusal(status, error));

const wordsOf = (store: StripeStore): ActingWords => ({
  headers: () => ({ ...json, "request-id": store.newId("req"), "stripe-version": version }),
  wrongKey: refusal(401, { type: "invalid_request_error", message: "Invalid API Key provided." }),
  rateLimited: {
    ...refusal(429, { type: "invalid_request_error", code: "rate_limit", message: "Too many requests." }),
    headers: { "retry-after": "1" },
  },
  maintenance: refusal(503, { type: "api_error", message: "Down for maintenance." }),
  inProgress: refusal(409, {
    type: "idempotency_error",
    code: "idempotency_key_in_use",
    message: "There is currently another in-progress request using this Idempotent Key.",
  }),
  refused: refusal(402, { type: "card_error", code: "card_declined", message: "Your card was declined." }),
  failed: refusal(500, { type: "api_error", message: "Something went wrong." }),
  withoutField: { status: 400, body: JSON.stringify({ message: "Bad request" }) },
  withoutId: (body) => {
    const whole: unknown = JSON.parse(body);
    const { id: _, ...rest } = isObject(whole) ? whole : { id: "" };
    return JSON.stringify(rest);
  },
  mismatch: refusal(400, {
    type: "idempotency_error",
    message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
  }),
  keepsFailures: true,
  repeated: (first) => ({ ...first, headers: { "idempotent-replayed": "true" } }),
});

/** Prices and a meter that are there from the start, so that a subscription, and usage, can be tried at once. */
const seed = (store: StripeStore): void => {
  const price = (id: string, unit_amount: number, interval: string | null): void => {
    store.things.set(id, {
      id,
      object: "price",
      created: store.now(),
      livemode: false,
      active: true,
      billing_scheme: "per_unit",
      currency: "usd",
      metadata: {},
      nickname: id.replace("price_sandbox_", "Sandbox "),
      product: "prod_sandbox",
      recurring: interval === null ? null : { interval, interval_count: 1, usage_type: "licensed" },
      type: interval === null ? "one_time" : "recurring",
      unit_amount,
      unit_amount_decimal: String(unit_amount),
    });
  };
  store.things.set("mtr_sandbox", {
    id: "mtr_sandbox",
    object: "billing.meter",
    created: store.now(),
    livemode: false,
    display_name: "Sandbox usage",
    event_name: "sandbox_usage",
    default_aggregation: { formula: "sum" },
    customer_mapping: { type: "by_id", event_payload_key: "stripe_customer_id" },
    value_settings: { event_payload_key: "value" },
    status: "active",
  });
  price("price_sandbox_once", 1_500, null);
  price("price_sandbox_monthly", 2_000, "month");
  price("price_sandbox_yearly", 20_000, "year");
};

const queryOf = ({ url = "" }: IncomingMessage): string => url.slice(url.indexOf("?") + 1 || url.length);

const keyOf = ({ headers }: IncomingMessage): string | undefined => {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? [];
  const [, basic] = /^Basic (\S+)$/.exec(headers.authorization ?? "") ?? [];
  return bearer ?? (basic === undefined ? undefined : Buffer.from(basic, "base64").toString().split(":", 1)[0]);
};

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly form: FormObject;
  readonly raw: string;
}

export const createStripeEmulator = ({ now, keys, lateMs = 500 }: StripeEmulatorOptions): StripeEmulator => {
  const store = new StripeStore(now);
  seed(store);
  const once = createActOnce({ now, lateMs, words: wordsOf(store) });
  const named = createNamedFaults(isActingFault);
  let script: StripeScript = () => undefined;
  let seq = 0;

  const requireCaller = (request: IncomingMessage): void => {
    const key = keyOf(request);
    const accepted = keys?.();
    const ok = key !== undefined && (accepted === undefined ? /^(sk|rk)[-_]/.test(key) : accepted.includes(key));
    if (!ok) throw new StripeRefusal(401, { type: "invalid_request_error", message: "Invalid API Key provided." });
    const asked = request.headers["stripe-version"];
    if (asked !== undefined && asked !== version)
      throw new StripeRefusal(400, {
        type: "invalid_request_error",
        message: `Invalid Stripe API version: ${String(asked)}`,
      });
  };

  const endpointOf = (method: string, path: string) => {
    const endpoint = endpoints.find((one) => one.method === method && one.path.test(path));
    if (endpoint !== undefined) return endpoint;
    const message = `Unrecognized request URL (${method}: ${path}).`;
    throw new StripeRefusal(404, { type: "invalid_request_error", message });
  };

  const answerOf = ({ request, path, form }: Call): string => {
    const endpoint = endpointOf(request.method ?? "GET", path);
    const [, id = ""] = endpoint.path.exec(path) ?? [];
    const pageOf = (page: string): string => `${store.origin}${pagePath(page)}`;
    const answer = endpoint.answer({ store, form, id, pageOf });
    const paths = formListOf(form, "expand").flatMap((one) => (typeof one === "string" ? [one.split(".")] : []));
    return JSON.stringify(expanded(store, answer, paths));
  };

  /** The fault of a script, or the one that the metadata names. */
  const faultOf = (call: Call, key: string | null): ActingFault | undefined => {
    seq += 1;
    const metadata = metadataIn(call.form);
    const operationId = metadata["nexus_operation_id"] ?? null;
    const repeat = key !== null && once.keys.known(key) !== undefined;
    return script({ seq, path: call.path, key, operationId, repeat }) ?? named.of(metadata["sandbox_fault"], key);
  };

  const act = async (call: Call): Promise<void> => {
    const { request, response, path, form, raw } = call;
    const sent = request.headers["idempotency-key"];
    // Keys say something of POST alone: https://docs.stripe.com/api/idempotent_requests
    const key = request.method === "POST" && typeof sent === "string" && sent !== "" ? sent : null;
    if (key !== null && key.length > 255)
      throw new StripeRefusal(400, { type: "idempotency_error", message: "Keys have up to 255 characters." });
    // What fails validation is not kept under its key.
    requireParams(endpointOf(request.method ?? "POST", path), form);
    return once.act({
      response,
      key,
      digest: hash("sha256", `${path}\n${raw}`),
      keyLifetimeMs,
      fault: faultOf(call, key),
      /** What was executed is kept with its answer, refusals included. */
      execute: () => {
        try {
          return { status: 200, body: answerOf(call) };
        } catch (error) {
          if (!(error instanceof StripeRefusal)) throw error;
          return answerOfRefusal(error);
        }
      },
    });
  };

  return {
    id: "stripe",
    mount: stripeMount,
    credential: { apiKey: "sk_test_sandbox_takes_any_key" },
    serve: async (path, request, response) => {
      store.origin = `http://${request.headers.host ?? "localhost"}${stripeMount}`;
      if (await servePage(store, path, request, response)) return;
      try {
        requireCaller(request);
        const raw =
          request.method === "GET" || request.method === "DELETE"
            ? queryOf(request)
            : ((await readBody(request, maxBytes))?.toString() ?? "");
        const call: Call = { request, response, path, form: readForm(raw), raw };
        if (request.method === "POST") {
          if (request.headers["content-type"]?.split(";")[0] !== "application/x-www-form-urlencoded")
            throw new StripeRefusal(400, {
              type: "invalid_request_error",
              message: "Send application/x-www-form-urlencoded.",
            });
          return await act(call);
        }
        if (request.method === "DELETE") return await act(call);
        requireParams(endpointOf(request.method ?? "GET", path), call.form);
        return once.answer(response, { status: 200, body: answerOf(call) });
      } catch (error) {
        if (!(error instanceof StripeRefusal)) throw error;
        return once.answer(response, answerOfRefusal(error));
      }
    },
    effects: () => store.effects.all,
    thing: (id) => store.things.get(id),
    store,
    requests: () => seq,
    setScript: (next) => {
      script = next;
    },
    reset: () => {
      store.clear();
      seed(store);
      once.keys.clear();
      named.clear();
      script = () => undefined;
      seq = 0;
    },
    close: once.close,
  };
};
