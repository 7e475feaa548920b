import type { Doubt } from "../../contracts/doubt.ts";
import { ProviderError } from "../../contracts/vendor-call.ts";

/** A vendor answered, and the answer cannot be given on. */
export const unusableAnswer = (doubt: Doubt, vendorRequestId: string | undefined, message: string): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt,
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId,
    message,
  });
