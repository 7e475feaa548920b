import type { ValidationAnswer } from "@topolo/auth-middleware";
import type { IdentityContext } from "../identity-context.ts";
import type { ClientClaims } from "../signing/access-token.ts";
import type { ValidationRefusal } from "./refusal.ts";
import { findClientSubject } from "./store.ts";

/**
 * Answers for a client that shows a token of its own: which service it is. Permissions belong to people and keys of an
 * organization; what one of our services may do in its own name, the service it calls decides. Somebody else's may do
 * nothing so: what it does it is granted, one scope at a time, by a person whose token it then shows.
 */
export const validateClientToken = async (
  context: IdentityContext,
  claims: ClientClaims,
): Promise<ValidationAnswer | ValidationRefusal> => {
  const row = await findClientSubject(context.db, claims.client_id, claims.jti);
  if (!row || row.service_id !== claims.service_id) return "client_inactive";
  if (row.token_revoked) return "token_revoked";
  const { services } = await context.catalogues.recent();
  const isOwn = services.get(row.service_id)?.firstParty === true;
  return {
    valid: true,
    subjectType: "service",
    user: null,
    organization: null,
    role: null,
    platformBypass: false,
    serviceId: row.service_id,
    sessionId: null,
    lastSignIn: null,
    apiKey: null,
    scopes: isOwn ? null : [],
    credentialId: claims.jti,
    proofKey: claims.cnf?.jkt ?? null,
    permissions: [],
    expiresAt: new Date(claims.exp * 1000).toISOString(),
  };
};
