/** Why a webhook is not taken. */
export type StripeEventProblem = "signature" | "age" | "body";

/** A webhook that is none of Stripe's, or not one of now. */
export class StripeEventError extends Error {
  readonly problem: StripeEventProblem;

  constructor(problem: StripeEventProblem, message: string) {
    super(message);
    this.name = "StripeEventError";
    this.problem = problem;
  }
}

/** What `operations.reportOutcome` takes. */
export interface StripeOutcome {
  readonly operationId: string;
  readonly vendor: "stripe";
  readonly eventId: string;
  readonly outcome: "done";
  readonly vendorObjectId?: string;
}

/** An event of Stripe's, once its signature has been checked. */
export interface StripeEvent {
  readonly eventId: string;
  /** In Stripe's words: `checkout.session.completed`. */
  readonly type: string;
  readonly occurredAt: string;
  readonly objectId: string | undefined;
  /** In Stripe's words: `checkout.session`. */
  readonly object: string | undefined;
  readonly customerId: string | undefined;
  readonly subscriptionId: string | undefined;
  /** Proves that an operation of yours was done; undefined where the event is about none. */
  readonly outcome: StripeOutcome | undefined;
}

/** A webhook as it came: with the body's own bytes or text, not what was parsed of it. */
export interface StripeWebhook {
  readonly body: string | Uint8Array;
  /** The header `stripe-signature`. */
  readonly signature: string | null | undefined;
}

interface VerifyOptions {
  /** Begins with `whsec_`; several while one replaces another. */
  readonly secret: string | readonly string[];
  /** How old it may be, in seconds. */
  readonly toleranceSeconds?: number;
  readonly now?: () => number;
}

const encoder = new TextEncoder();
const mostBytes = 1_048_576;

const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** In constant time, by the platform's own cryptography. */
const isSigned = async (secret: string, payload: Uint8Array<ArrayBuffer>, hex: string): Promise<boolean> => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, bytesOfHex(hex), payload);
};

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const textAt = (value: Json | undefined, name: string): string | undefined => {
  const found = value?.[name];
  return typeof found === "string" && found !== "" ? found : undefined;
};
const objectAt = (value: Json | undefined, name: string): Json | undefined => {
  const found = value?.[name];
  return isJson(found) ? found : undefined;
};
const idAt = (value: Json | undefined, name: string): string | undefined =>
  textAt(value, name) ?? textAt(objectAt(value, name), "id");

/** Made by an operation as they are; a payment or a subscription that a checkout leads to bears its mark, too. */
const madeObjects: ReadonlySet<string> = new Set(["checkout.session", "refund", "customer", "payment_link"]);

/** What an operation made of which an object bears the mark: a checkout that somebody opened on a link was made by the link's. */
const madeId = (object: Json | undefined): string | undefined => {
  const kind = textAt(object, "object") ?? "";
  const link = kind === "checkout.session" ? idAt(object, "payment_link") : undefined;
  return link ?? (madeObjects.has(kind) ? textAt(object, "id") : undefined);
};

const outcomeOf = (eventId: string, object: Json | undefined): StripeOutcome | undefined => {
  const operationId = textAt(objectAt(object, "metadata"), "nexus_operation_id");
  const kind = textAt(object, "object") ?? "";
  if (operationId === undefined || !(madeObjects.has(kind) || kind === "payment_intent")) return undefined;
  const vendorObjectId = madeId(object);
  return {
    operationId,
    vendor: "stripe",
    eventId,
    outcome: "done",
    ...(vendorObjectId === undefined ? {} : { vendorObjectId }),
  };
};

const parsed = (body: Uint8Array): Json => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (isJson(value)) return value;
  } catch {
    // Told below.
  }
  throw new StripeEventError("body", "The webhook's body is no event.");
};

/**
 * Checks that a webhook comes from Stripe and is of now, and says what it tells. Stripe signs the time and the body:
 * https://docs.stripe.com/webhooks#verify-manually
 *
 * @example
 * const event = await verifyStripeEvent({ body: await request.text(), signature: request.headers.get("stripe-signature") }, { secret });
 * if (event.outcome !== undefined) await nexus.operations.reportOutcome.mutate(event.outcome);
 */
export const verifyStripeEvent = async (
  { body, signature }: StripeWebhook,
  { secret, toleranceSeconds = 300, now = Date.now }: VerifyOptions,
): Promise<StripeEvent> => {
  const bytes = typeof body === "string" ? encoder.encode(body) : Uint8Array.from(body);
  if (bytes.byteLength > mostBytes) throw new StripeEventError("body", "The webhook's body is too large.");
  const parts = (signature ?? "").split(",").map((part) => part.trim().split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  const signatures = parts.flatMap(([name, value = ""]) =>
    name === "v1" && /^[0-9a-f]{64}$/i.test(value) ? [value] : [],
  );
  const secrets = (typeof secret === "string" ? [secret] : secret).filter((one) => one !== "");
  const payload = new Uint8Array([...encoder.encode(`${time}.`), ...bytes]);
  const checks = secrets.flatMap((one) => signatures.slice(0, 5).map((hex) => isSigned(one, payload, hex)));
  if (!/^\d{1,12}$/.test(time) || !(await Promise.all(checks)).includes(true))
    throw new StripeEventError("signature", "The webhook is not signed by Stripe with this secret.");
  if (Math.abs(now() / 1_000 - Number(time)) > toleranceSeconds)
    throw new StripeEventError("age", "The webhook is not of now: it may be sent again by somebody else.");
  const event = parsed(bytes);
  const eventId = textAt(event, "id");
  const type = textAt(event, "type");
  const { created } = event;
  if (eventId === undefined || type === undefined || typeof created !== "number")
    throw new StripeEventError("body", "The webhook's body is no event.");
  const object = objectAt(objectAt(event, "data"), "object");
  const kind = textAt(object, "object");
  return {
    eventId,
    type,
    occurredAt: new Date(created * 1_000).toISOString(),
    objectId: textAt(object, "id"),
    object: kind,
    customerId: kind === "customer" ? textAt(object, "id") : idAt(object, "customer"),
    subscriptionId: kind === "subscription" ? textAt(object, "id") : idAt(object, "subscription"),
    outcome: outcomeOf(eventId, object),
  };
};
