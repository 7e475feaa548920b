import type { Doubt } from "../../contracts/doubt.ts";
import { ProviderError, type ProviderFailure } from "../../contracts/vendor-call.ts";
import type { EgressError, EgressReason } from "../../platform/egress/index.ts";
import { failure } from "./vendor-failure.ts";

/** Recognised by name and fields, so that no code of the platform is imported. */
const isEgressError = (error: unknown): error is EgressError =>
  error instanceof Error && error.name === "EgressError" && "reason" in error && "sent" in error;

const codes: Record<EgressReason, ProviderFailure["code"]> = {
  address_refused: "PROVIDER_UNAVAILABLE",
  origin_refused: "PROVIDER_UNAVAILABLE",
  request_invalid: "PROVIDER_REJECTED",
  name_unresolved: "PROVIDER_UNAVAILABLE",
  connect_failed: "PROVIDER_UNAVAILABLE",
  aborted: "REQUEST_CANCELLED",
  deadline: "PROVIDER_TIMEOUT",
  first_byte: "PROVIDER_TIMEOUT",
  idle: "PROVIDER_TIMEOUT",
  cut: "PROVIDER_UNAVAILABLE",
  redirect: "PROVIDER_BAD_RESPONSE",
  too_large: "PROVIDER_BAD_RESPONSE",
  encoded: "PROVIDER_BAD_RESPONSE",
  protocol: "PROVIDER_BAD_RESPONSE",
};

/** Of what was sent; the other reasons say that nothing was. */
const doubts: Partial<Record<EgressReason, Doubt>> = {
  aborted: "left",
  deadline: "timeout",
  first_byte: "timeout",
  idle: "timeout",
  cut: "cut",
  too_large: "too_large",
  encoded: "unreadable",
  protocol: "unreadable",
};

const kindOf = ({ reason, sent }: EgressError): ProviderFailure["kind"] => {
  if (!sent) return "not_sent";
  // A redirect says that nothing was done here.
  return reason === "redirect" ? "refused" : "unknown";
};

const aboutOf = (reason: EgressReason): ProviderFailure["about"] => {
  if (reason === "request_invalid") return "request";
  // Nothing answers at the address, for any request.
  return reason === "connect_failed" || reason === "name_unresolved" ? "vendor" : "route";
};

/** What a failed exchange means for the call path; undefined for errors that are not of the transport. */
export const transportFailure = (error: unknown): ProviderError | undefined => {
  if (error instanceof ProviderError) return error;
  if (!isEgressError(error)) return undefined;
  const code = codes[error.reason];
  const kind = kindOf(error);
  const doubt = kind === "unknown" ? (doubts[error.reason] ?? "cut") : undefined;
  return failure({ kind, doubt, code, about: aboutOf(error.reason) }, { status: error.status });
};
