import type { ErrorCode } from "../../server/errors.ts";

/** What became of the money when a call ended with an error. */
type Money =
  /** Nothing was sent, so nothing was spent. */
  | "nothing"
  /** `effect` says it: `none` nothing, `done` paid, `unknown` held until it is known. */
  | "by effect"
  /** The call was carried out and paid for. */
  | "paid"
  /** What the call can cost at most stays held. */
  | "held";

interface ErrorHelp {
  readonly money: Money;
  /** What somebody who meets it does, in one or two sentences. */
  readonly todo: string;
}

const help = (money: Money, todo: string): ErrorHelp => ({ money, todo });

/** What to do about each error: for the page that every error links to. */
// A table stays a table.
// oxfmt-ignore
export const errorHelp: Readonly<Record<ErrorCode, ErrorHelp>> = {
  INVALID_INPUT: help("nothing", "Read `issues`: each names a field and what was expected there. Correct the request."),
  AMBIGUOUS_CREDENTIALS: help("nothing", "Send one credential: a bearer token or API key, or a service token with its headers."),
  ORGANIZATION_REQUIRED: help("nothing", "Add `X-Nexus-Organization-Id` with an organization that the service token is for."),
  UNAUTHENTICATED: help("nothing", "Get a new token, or check that the key was not revoked and has not ended. A bearer goes into `Authorization`, a service token into `X-Nexus-Service-Token`."),
  BUDGET_EXCEEDED: help("nothing", "`details.budget` names the budget, and what is spent and held. Wait until `retry-after`, lower the call's output limit, or open `details.askUrl` and [ask for more](../recipes/budgets.md#ask-for-more)."),
  WALLET_EMPTY: help("nothing", "Let the customer top the wallet up, or adjust it by hand."),
  SCOPE_DENIED: help("nothing", "`details` names the permission that is missing. Ask an administrator for a role that has it, or make a key with its scope."),
  REAUTHENTICATION_REQUIRED: help("nothing", "Sign in again at Topolo Auth and repeat the request with the new token within ten minutes."),
  SERVICE_MISMATCH: help("nothing", "Leave `X-Service-ID` out, or send the id of the app that the credential belongs to."),
  CUSTOMER_BLOCKED: help("nothing", "The app decided this: unblock the customer, or tell them."),
  APP_REQUIRED: help("nothing", "Call with a credential of a registered app. An administrator can also turn `requireApp` off."),
  NOT_ADMITTED: help("nothing", "Store a vendor key of the organization's own, or ask a platform operator to admit it."),
  POLICY_DENIED: help("nothing", "`details` names the rule of the spending policy. Change what is asked for, ask for approval where the rule allows it, or let an administrator change the policy."),
  WORKSPACE_SUSPENDED: help("nothing", "Ask a platform operator why the organization is suspended."),
  MODEL_NOT_ALLOWED: help("nothing", "Use a model of the organization's list (`GET /api/ai/models`), or let an administrator add this one."),
  NOT_FOUND: help("nothing", "Check the path and the id. What belongs to another organization is not found either."),
  CUSTOMER_UNKNOWN: help("nothing", "Create the customer first, or correct the id. Customers belong to the app whose credential made them."),
  MODEL_UNKNOWN: help("nothing", "Write the model as `vendor/model`; the message names similar ones."),
  METHOD_NOT_ALLOWED: help("nothing", "Use a method that the `allow` header names."),
  REQUEST_TIMEOUT: help("nothing", "Send it again; look for a slow or broken connection between the caller and Nexus."),
  CONFLICT: help("nothing", "Somebody changed it in between, or its state does not admit the change. Read it again and decide anew."),
  CANCELED: help("nothing", "It was canceled while it waited. A new one has a new idempotency key."),
  EXPIRED: help("nothing", "It waited longer than it was allowed to. Send a new one, with a later expiry."),
  IDEMPOTENCY_IN_PROGRESS: help("by effect", "Wait a moment and ask again with the same key: you get the first call's answer."),
  CREDENTIAL_MISSING: help("nothing", "Store a key of the vendor: the organization's own, or the platform's default."),
  ANSWER_LOST: help("paid", "The first call was done. Look it up by its operation id; a new try has a new key and is paid for again."),
  PAYLOAD_TOO_LARGE: help("nothing", "Send less: smaller files, or fewer at once."),
  UNSUPPORTED_MEDIA_TYPE: help("nothing", "Send JSON with `Content-Type: application/json`, uncompressed."),
  IDEMPOTENCY_MISMATCH: help("nothing", "Use a new key for a new request. The first request with this key stands."),
  MODEL_UNPRICED: help("nothing", "The message names the unit. An administrator sets its price (`price set`); an explicit 0 makes it free."),
  CAPABILITY_MISSING: help("nothing", "The message says what no route can do. Leave it out, or name a model that can."),
  RECIPIENT_SUPPRESSED: help("nothing", "Every recipient is on the list of addresses that are not written to. Remove one there only if you know why it was added."),
  RATE_LIMITED: help("nothing", "Wait for `retry-after` and send fewer at once. An administrator can raise the limit."),
  REQUEST_CANCELLED: help("by effect", "The caller left. Repeat with the same idempotency key, and what was done is not done again."),
  PROVIDER_REJECTED: help("nothing", "The message has what the vendor said. Correct the request."),
  PROVIDER_RATE_LIMITED: help("nothing", "Wait for `retry-after`; ask the vendor for a higher limit, or let another vendor stand by."),
  PROVIDER_AUTH_FAILED: help("nothing", "An administrator tests the stored key, and replaces it where the vendor has revoked it."),
  PROVIDER_ACCOUNT_EXHAUSTED: help("nothing", "Whoever pays the vendor adds credit or raises the quota there."),
  PROVIDER_BAD_RESPONSE: help("by effect", "Look the operation up. With `effect: done` or `unknown` repeat it with the same idempotency key alone."),
  OBJECT_INVALID: help("paid", "The model answered something else than the schema asks for. Simplify the schema, raise the output limit, or use another model."),
  PROVIDER_UNAVAILABLE: help("by effect", "Try again after `retry-after`. Where it lasts, the vendor's status page knows more."),
  PROVIDER_TIMEOUT: help("by effect", "The vendor may have done the work. Repeat with the same idempotency key; ask for less, or stream."),
  OUTCOME_UNKNOWN: help("held", "Do not send it anew. Ask again with the same key, or look the operation up: Nexus finds the outcome out."),
  AUTH_UNAVAILABLE: help("nothing", "Try again. Operators: `doctor`, and `/health/ready` of Topolo Auth."),
  LEDGER_UNAVAILABLE: help("by effect", "Try again with the same idempotency key. Operators: the database does not answer."),
  SPENDING_STOPPED: help("nothing", "Operators confirm the restored database, or start spending again: see operations, *Backup and restore*."),
  SEALED: help("nothing", "Operators: the key-encryption key is missing or another one than the secrets were stored with."),
  OVERLOADED: help("nothing", "Try again after `retry-after`, and send fewer at once."),
  INTERNAL: help("by effect", "Tell whoever runs Nexus the request id: the log has the cause."),
};

/** The same in words. */
export const moneyWords: Readonly<Record<Money, string>> = {
  nothing: "Nothing was spent.",
  "by effect":
    "`effect` says it: with `none` nothing was spent, with `done` it was, with `unknown` it stays held until it is known.",
  paid: "The call was carried out and paid for.",
  held: "The most it can cost stays held until the outcome is known.",
};
