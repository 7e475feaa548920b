import type { ProviderFailure } from "../../contracts/vendor-call.ts";
import type { ErrorRules, ErrorWords, VendorErrorBody } from "./error-rules.ts";

/** What a failure is, and what it is about. */
export type Verdict = Pick<ProviderFailure, "kind" | "code" | "about" | "doubt">;

interface Evidence {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: VendorErrorBody | undefined;
  /** The answer has an error object of a dialect: it is the vendor's, not a proxy's. */
  readonly ownDocument: boolean;
  /** What was sent: words of it in a message are the caller's and prove nothing. */
  readonly payload: string;
  readonly model?: string | undefined;
  readonly rules: ErrorRules;
}

const numbers = /\blimit:? (\d{1,12})\b.*?\brequested:? (\d{1,12})\b/i;

const moderation = /moderat|flagged|content[_ ]?(policy|filter)|safety/i;

/** More of a message proves nothing more. */
const saidBy = ({ error }: Evidence): string => (error?.message ?? "").slice(0, 2_000);

/** The vendor's message matches, and what matches is the vendor's own: a caller's words may stand in its answer. */
const says = (evidence: Evidence, pattern: RegExp | undefined): boolean => {
  const found = pattern?.exec(saidBy(evidence))?.[0];
  return found !== undefined && !evidence.payload.toLowerCase().includes(found.toLowerCase());
};

/** A request that is larger than the limit is: waiting does not help, and other callers are not affected. */
const asksTooMuch = (evidence: Evidence): boolean => {
  const said = saidBy(evidence);
  if (evidence.rules.tooLarge?.test(said) === true) return true;
  const [, limit, requested] = numbers.exec(said) ?? [];
  if (limit !== undefined && requested !== undefined && Number(requested) > Number(limit)) return true;
  // There is room for requests and for tokens, only not for so many at once.
  const left = Object.entries(evidence.headers).filter(
    ([name]) => /ratelimit/.test(name) && /(^|-)remaining(-|$)/.test(name) && /tokens|requests/.test(name),
  );
  return (
    left.some(([name]) => name.includes("tokens")) &&
    left.some(([name]) => name.includes("requests")) &&
    left.every(([, value]) => Number(value) > 0)
  );
};

const isModerated = ({ error }: Evidence): boolean =>
  (error?.names.some((name) => moderation.test(name)) ?? false) ||
  moderation.test((error?.message ?? "").slice(0, 2_000));

/** Whose limit it was: the model's, unless the vendor names one that counts all models together. */
const limited = (evidence: Evidence): Verdict => {
  const refused = { kind: "refused", code: "PROVIDER_RATE_LIMITED" } as const;
  if (asksTooMuch(evidence) || isModerated(evidence)) return { ...refused, about: "route" };
  const quotas = evidence.error?.quotas ?? [];
  const together = quotas.length > 0 && quotas.every((quota) => !/model/i.test(quota));
  return { ...refused, about: together ? "credential" : "model" };
};

/** The status that an answer goes by: some vendors answer 200 and put it into the error. */
export const effectiveStatus = (
  status: number,
  error: VendorErrorBody | undefined,
  { statuses }: Pick<ErrorRules, "statuses">,
): number => {
  if (status >= 400 || error === undefined) return status;
  const name = error.names.find((one) => Object.hasOwn(statuses, one));
  return error.status ?? (name === undefined ? undefined : statuses[name]) ?? 503;
};

/**
 * Decides by what the vendor names, then by the status. Nothing that a caller can write or weigh is about more than a
 * route: it would block other callers.
 */
export const verdictOf = (evidence: Evidence): Verdict => {
  const { status, error, ownDocument, model, rules } = evidence;
  const said = saidBy(evidence);
  const names = ({ names: pattern }: ErrorWords): boolean => error?.names.some((name) => pattern.test(name)) ?? false;
  const tells = (words: ErrorWords): boolean => names(words) || says(evidence, words.said);
  const refused = { kind: "refused" } as const;
  const client = status >= 400 && status < 500;

  if (status === 402 || (client && tells(rules.exhausted))) {
    const about = rules.unaffordable?.test(said) === true || error?.passedOn === true ? "route" : "credential";
    return { ...refused, code: "PROVIDER_ACCOUNT_EXHAUSTED", about };
  }
  if (status === 401 && rules.lacksScope?.test(said) === true)
    return { ...refused, code: "PROVIDER_REJECTED", about: "route" };
  if (status === 401 || (client && status !== 429 && tells(rules.badKey))) {
    // An aggregator that was refused elsewhere accepted the key that it was shown itself.
    return { ...refused, code: "PROVIDER_AUTH_FAILED", about: error?.passedOn === true ? "route" : "credential" };
  }
  if (status === 429) return limited(evidence);
  if (client && tells(rules.deniedModel)) {
    // Requests name other models too, in tools: only a refusal that names this model opens this model's circuit.
    const about = status === 403 && model !== undefined && said.includes(model) ? "model" : "route";
    return { ...refused, code: "PROVIDER_REJECTED", about };
  }
  if (status === 403 || status === 404 || status === 410) {
    const moderated = status === 403 && isModerated(evidence);
    return { ...refused, code: "PROVIDER_REJECTED", about: moderated ? "request" : "route" };
  }
  // An error document is the vendor's own, documented as unbilled; a bare 5xx may come from anything on the way.
  const unknown = { kind: "unknown", doubt: "server_error" } as const;
  // Who says that it ran out of time says that it had begun to work.
  if (status === 408 || status === 504) return { ...unknown, code: "PROVIDER_TIMEOUT", about: "route" };
  const failed = ownDocument ? refused : unknown;
  if (status >= 500 || status === 409 || status === 425)
    return { ...failed, code: "PROVIDER_UNAVAILABLE", about: "route" };
  if (client) return { ...refused, code: "PROVIDER_REJECTED", about: "request" };
  return { kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" };
};
