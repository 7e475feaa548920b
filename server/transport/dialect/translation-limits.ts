import { ProviderError } from "../../contracts/vendor-call.ts";
import { NexusError } from "../../errors.ts";

/** The route at hand cannot do it; another one, speaking OpenAI's dialect itself, may. Nothing has been sent. */
export const notTranslatable = (what: string): ProviderError =>
  new ProviderError({
    kind: "not_sent",
    code: "CAPABILITY_MISSING",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: `${what} is not available for this model through this API.`,
  });

/** The request is wrong for whomever it is meant. */
export const invalidField = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** Told of each setting that is not carried over. */
export type Warn = (setting: string) => void;
