import { ProviderError } from "../../contracts/vendor-call.ts";

/** Of a vendor that was asked for something of which it has no function. */
export const cannot = (operation: string): ProviderError =>
  new ProviderError({
    kind: "not_sent",
    code: "CAPABILITY_MISSING",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: `The vendor does not offer ${operation}.`,
  });
