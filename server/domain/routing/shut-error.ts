import { NexusError, type ErrorCode } from "../../errors.ts";
import type { Circuit, CircuitReason } from "./route.ts";

const openErrors = {
  credential: "PROVIDER_AUTH_FAILED",
  account: "PROVIDER_ACCOUNT_EXHAUSTED",
  access: "PROVIDER_REJECTED",
  rate: "PROVIDER_RATE_LIMITED",
  errors: "PROVIDER_UNAVAILABLE",
  unreachable: "PROVIDER_UNAVAILABLE",
} as const satisfies Record<CircuitReason, ErrorCode>;

/** What keeps a vendor shut: the circuit that opens again first. */
export const shutError = (
  circuits: readonly Circuit[],
  { vendor, model }: { readonly vendor: string; readonly model?: string },
): NexusError => {
  const open = circuits.flatMap((circuit) => (circuit.state === "open" ? [circuit] : []));
  const [first] = open.sort((a, b) => a.retryAfterMs - b.retryAfterMs);
  if (first === undefined) return new NexusError("PROVIDER_UNAVAILABLE", { details: { vendor } });
  const { scope, reason, retryAfterMs } = first;
  return new NexusError(openErrors[reason], {
    details: { vendor, ...(model === undefined ? {} : { model }), circuit: "open", scope, reason },
    retryAfterMs,
    ...(reason === "access" && model !== undefined
      ? { http: 403, message: `The vendor does not let this credential use ${model}.` }
      : {}),
  });
};
