import type { NexusFacts } from "../contracts/nexus-facts.ts";
import type { RateAllowance } from "../domain/limits/index.ts";

/** What a door learnt while it answered a metered call; filled by the procedure, read when headers are written. */
export interface ReplyNotes {
  facts?: NexusFacts;
  /** Of a stream, whose facts are known only at its end. */
  start?: Pick<NexusFacts, "operationId" | "vendor" | "model" | "credentialTier">;
  /** It is carried out later: the answer's status is 202. */
  accepted?: Partial<Pick<NexusFacts, "operationId">>;
  replayed?: boolean;
  allowance?: RateAllowance | undefined;
  /** The answer is a file, which the REST surface writes down. */
  file?: {
    readonly name: string;
    readonly type: string;
    readonly text: () => AsyncGenerator<string | Uint8Array, void, void>;
  };
}

const headerSafe = /^[\x20-\x7e]*$/;

/** Vendors name their models and callers their fields; a header must stay one line of ASCII whatever they say. */
export const asHeader = (value: string): string =>
  headerSafe.test(value) ? value : encodeURIComponent(value.toWellFormed());

const modelHeader = ({ model }: Pick<NexusFacts, "model">): Record<string, string> =>
  model === undefined ? {} : { "x-nexus-model": asHeader(model) };

const factsHeaders = (facts: NexusFacts): Record<string, string> => ({
  "x-nexus-operation-id": facts.operationId,
  "x-nexus-provider": facts.vendor,
  ...modelHeader(facts),
  "x-nexus-credential-tier": facts.credentialTier,
  "x-nexus-cost-nano-usd": facts.costNanoUsd,
  "x-nexus-usage-source": facts.usageSource,
  "x-nexus-attempts": String(facts.attempts.length),
});

const startHeaders = ({
  operationId,
  vendor,
  model,
  credentialTier,
}: NonNullable<ReplyNotes["start"]>): Record<string, string> => ({
  "x-nexus-operation-id": operationId,
  "x-nexus-provider": vendor,
  ...modelHeader({ model }),
  "x-nexus-credential-tier": credentialTier,
});

const allowanceHeaders = (allowance: RateAllowance): Record<string, string> => {
  const { limitRequests, remainingRequests, limitTokens, remainingTokens } = allowance;
  return {
    ...(limitRequests === undefined ? {} : { "x-ratelimit-limit-requests": String(limitRequests) }),
    ...(remainingRequests === undefined
      ? {}
      : { "x-ratelimit-remaining-requests": String(Math.floor(remainingRequests)) }),
    ...(limitTokens === undefined ? {} : { "x-ratelimit-limit-tokens": String(limitTokens) }),
    ...(remainingTokens === undefined ? {} : { "x-ratelimit-remaining-tokens": String(Math.floor(remainingTokens)) }),
  };
};

/** What a call says about itself, as headers of the typed doors. */
export const replyHeadersOf = (
  { facts, start, accepted, replayed, allowance }: ReplyNotes,
  requestId: string,
): Record<string, string> => ({
  "x-request-id": requestId,
  "cache-control": "no-store",
  ...(facts ? factsHeaders(facts) : start ? startHeaders(start) : {}),
  ...(accepted?.operationId === undefined ? {} : { "x-nexus-operation-id": accepted.operationId }),
  ...(replayed ? { "x-nexus-replayed": "true" } : {}),
  ...(allowance ? allowanceHeaders(allowance) : {}),
});
