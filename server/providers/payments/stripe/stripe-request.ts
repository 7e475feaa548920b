import type Stripe from "stripe";
import { z } from "zod";

/** A request to Stripe as it is kept and sent: all of it but the secret. */
const StripeRequest = z.strictObject({
  method: z.enum(["GET", "POST", "DELETE"]),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type StripeRequest = z.infer<typeof StripeRequest>;

/** Of what the SDK sets these leave; the rest tells of this machine, or is the connection's and the secret's. */
const kept = new Set(["accept", "content-type", "idempotency-key", "stripe-version"]);

/** The version of the API that the SDK speaks; another SDK is another version, and does not compile. */
export const apiVersion = "2026-10-28.endive" satisfies Stripe.LatestApiVersion;

/** Stops the SDK at the moment at which it would send; a code that it does not know is one that it does not try again. */
class Captured extends Error {
  readonly code = "NEXUS_CAPTURED";
  readonly request: StripeRequest;

  constructor(request: StripeRequest) {
    super("not sent by the SDK");
    this.request = request;
  }
}

let opened: Promise<Stripe> | undefined;

const openClient = async (): Promise<Stripe> => {
  // Large, and needed by processes alone that act at Stripe.
  const { default: Sdk } = await import("stripe");
  return new Sdk("sk_never_sent", {
    apiVersion,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: {
      getClientName: () => "nexus",
      makeRequest: async (_host, _port, path, method, headers, body) => {
        const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
        throw new Captured(
          StripeRequest.parse({
            method,
            path,
            headers: Object.fromEntries(named.filter(([name]) => kept.has(name))),
            body,
          }),
        );
      },
    },
  });
};

/** What the SDK was about to send stands behind its own error. */
const capturedIn = (error: unknown): StripeRequest | undefined => {
  const detail: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "detail") : undefined;
  return detail instanceof Captured ? detail.request : undefined;
};

/**
 * What the SDK would send for a call. It is sent by us, once: the SDK sends some failed requests again, whatever it is told.
 * One client serves all accounts: it holds no secret and no state, and making one costs more than the request.
 */
export const stripeRequest = async (call: (stripe: Stripe) => Promise<unknown>): Promise<StripeRequest> => {
  const stripe = await (opened ??= openClient());
  try {
    await call(stripe);
  } catch (error) {
    const request = capturedIn(error);
    if (request === undefined) throw error;
    return request;
  }
  throw new Error("the SDK asked for nothing to be sent");
};

/** A request to act, with what it makes or changes: a session stands for a checkout or for an order. */
const KeptAct = z.strictObject({
  makes: z.enum(["checkout", "order", "refund", "customer", "portal", "subscription", "link"]),
  request: StripeRequest,
  /** What it comes to, where that is known; in minor units of ISO 4217. An answer that says otherwise is none. */
  amount: z.strictObject({ amount: z.string(), currency: z.string() }).optional(),
});
export type KeptAct = z.infer<typeof KeptAct>;

export const encodeAct = (act: KeptAct): Uint8Array => Buffer.from(JSON.stringify(act));

export const decodeAct = (bytes: Uint8Array): KeptAct => KeptAct.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
