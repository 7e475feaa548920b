import type { Admission } from "../../contracts/call-context.ts";
import type { CredentialRef } from "./load-credentials.ts";

/** For whom a credential would pay. */
export interface Payee {
  readonly admission: Admission | undefined;
  /** `host:port` of the sandbox's servers, where it runs: what it answers costs nobody anything. */
  readonly sandboxHosts: readonly string[];
}

/** The platform's own credential pays for organizations that an operator has admitted; the sandbox answers all. */
export const mayPay = (
  { organizationId, allowedHost }: Pick<CredentialRef, "organizationId" | "allowedHost">,
  { admission, sandboxHosts }: Payee,
): boolean => organizationId !== null || admission !== undefined || sandboxHosts.includes(allowedHost);
