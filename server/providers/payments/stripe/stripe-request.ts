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
}

const clientOf = async (take: (request: StripeRequest) => void): Promise<Stripe> => {
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
        take(
          StripeRequest.parse({
            method,
            path,
            headers: Object.fromEntries(named.filter(([name]) => kept.has(name))),
            body,
          }),
        );
        throw new Captured();
      },
    },
  });
};

/** What the SDK would send for a call. It is sent by us, once: the SDK sends some failed requests again, whatever it is told. */
export const stripeRequest = async (call: (stripe: Stripe) => Promise<unknown>): Promise<StripeRequest> => {
  let captured: StripeRequest | undefined;
  const stripe = await clientOf((request) => {
    captured = request;
  });
  try {
    await call(stripe);
  } catch (error) {
    if (captured === undefined) throw error;
  }
  if (captured === undefined) throw new Error("the SDK asked for nothing to be sent");
  return captured;
};

/** A request to act, with what it makes or changes: a session stands for a checkout or for an order. */
const KeptAct = z.strictObject({
  makes: z.enum(["checkout", "order", "refund", "customer", "portal", "subscription"]),
  request: StripeRequest,
});
export type KeptAct = z.infer<typeof KeptAct>;

export const encodeAct = (act: KeptAct): Uint8Array => Buffer.from(JSON.stringify(act));

export const decodeAct = (bytes: Uint8Array): KeptAct => KeptAct.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
