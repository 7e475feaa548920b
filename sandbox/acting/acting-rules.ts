/** Where it is written that a vendor that acts behaves so. */
export const actingSources = {
  "stripe-idempotency": {
    url: "https://docs.stripe.com/api/idempotent_requests",
    says: "the first status and body are kept under the key, 500s included, for at least 24 hours; other parameters are an error; what failed validation or met a concurrent request is not kept; keys have up to 255 characters",
  },
  "stripe-errors": {
    url: "https://docs.stripe.com/api/errors",
    says: "400, 402 and 404 are refusals, 401 a wrong key, 409 a conflict with another request of the same key, 429 too many requests",
  },
  "stripe-low-level": {
    url: "https://docs.stripe.com/error-low-level",
    says: "after a connection error or a 500 the state is indeterminate: repeat with the same key and the same parameters, or look",
  },
  "paypal-request-id": {
    url: "https://developer.paypal.com/reference/guidelines/idempotency/",
    says: "PayPal-Request-Id is kept for a time that differs by API; a repeat while the first runs is PREVIOUS_REQUEST_IN_PROGRESS; without it a repeat is a duplicate",
  },
  "resend-idempotency": {
    url: "https://resend.com/docs/dashboard/emails/idempotency-keys",
    says: "keys live 24 hours; the same key with another body is 409, and so is one whose first request still runs",
  },
  "square-cancel": {
    url: "https://developer.squareup.com/reference/square/payments-api/cancel-payment-by-idempotency-key",
    says: "cancels the payment of a key whose outcome is unknown; where there is none it answers success and nothing happens",
  },
  "postmark-search": {
    url: "https://postmarkapp.com/developer/api/messages-api",
    says: "messages are found by their metadata some time after they were sent",
  },
  "retry-after": {
    url: "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3",
    says: "how long to wait before the next request, in seconds or as a date",
  },
  "http-incomplete": {
    url: "https://www.rfc-editor.org/rfc/rfc9112#section-8",
    says: "a connection may close or fall silent at any byte of an answer, whatever was done before",
  },
  "http-gateway": {
    url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.6",
    says: "a gateway's 5xx does not say what the server behind it did",
  },
} as const;

type ActingSource = keyof typeof actingSources;

interface ActingFaultRule {
  readonly doc: string;
  /** Whether the vendor carries the request out, though its answer may not say so. */
  readonly executes: "yes" | "no" | "later";
  readonly source: ActingSource;
}

/** What can go wrong with one request, by the name that a script gives. */
export const actingFaults = {
  refuse: { doc: "Answers 402 with a reason; nothing is done.", executes: "no", source: "stripe-errors" },
  "refuse-key": { doc: "Answers 401; nothing is done, nothing is kept.", executes: "no", source: "stripe-errors" },
  "drop-before-head": {
    doc: "Reads the request, does nothing, and closes the connection.",
    executes: "no",
    source: "http-incomplete",
  },
  "execute-then-drop": { doc: "Does it, and closes the connection.", executes: "yes", source: "http-incomplete" },
  "execute-then-hang": { doc: "Does it, and never answers.", executes: "yes", source: "http-incomplete" },
  "execute-then-5xx": {
    doc: "Does it, answers 500, and keeps the 500 under the key.",
    executes: "yes",
    source: "stripe-idempotency",
  },
  "5xx-without-executing": {
    doc: "Does nothing, answers 500, and keeps the 500 under the key.",
    executes: "no",
    source: "stripe-low-level",
  },
  "gateway-5xx": {
    doc: "A gateway in between answers 502 with a page of HTML; the vendor has done it.",
    executes: "yes",
    source: "http-gateway",
  },
  "truncated-body": { doc: "Does it, and breaks off in the answer.", executes: "yes", source: "http-incomplete" },
  "without-id": {
    doc: "Does it, and answers 201 without the effect's id.",
    executes: "yes",
    source: "stripe-low-level",
  },
  "error-without-field": {
    doc: "Answers 400 with JSON that has no `error`; nothing is done.",
    executes: "no",
    source: "stripe-low-level",
  },
  "rate-limited": {
    doc: "Answers 429 with Retry-After; nothing is done or kept.",
    executes: "no",
    source: "retry-after",
  },
  "in-progress": {
    doc: "Answers 409 as if another request with the key still ran.",
    executes: "no",
    source: "paypal-request-id",
  },
  maintenance: {
    doc: "Answers 503 with the one code that the vendor documents as never carried out.",
    executes: "no",
    source: "stripe-errors",
  },
  "forget-key": {
    doc: "Does it, loses what it knows of the key, and closes the connection: a repeat is done again.",
    executes: "yes",
    source: "paypal-request-id",
  },
  "late-execution": {
    doc: "Closes the connection, and does it a while later; until then the key is in progress and nothing is found.",
    executes: "later",
    source: "stripe-low-level",
  },
} as const satisfies Record<string, ActingFaultRule>;

export type ActingFault = keyof typeof actingFaults;

export const isActingFault = (name: string): name is ActingFault => Object.hasOwn(actingFaults, name);

/** The faults that a gateway that keeps to the vendor's documents survives with one effect. `forget-key` breaks them. */
export const documentedFaults = (Object.keys(actingFaults) as ActingFault[]).filter((name) => name !== "forget-key");
