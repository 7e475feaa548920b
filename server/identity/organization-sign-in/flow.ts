import { createHmac } from "node:crypto";
import { secretCookie } from "../http/secret-cookie.ts";
import type { IdentityContext } from "../identity-context.ts";

export const organizationFlowMs = 10 * 60_000;

/** Binds a sign-in at an organization's provider to the browser that began it. */
export const organizationFlowCookie = ({ secureCookies }: Pick<IdentityContext, "secureCookies">) =>
  secretCookie({ name: "topolo_organization", secure: secureCookies });

/** The id of the SAML request follows from the browser's cookie. */
export const samlRequestId = (secret: string): string =>
  `_${createHmac("sha256", secret).update("topolo-auth saml request id").digest("hex")}`;

/** Where the SAML provider sends its answers, and who we are for it. */
export const samlPlaces = (issuer: string, organizationId: string) => ({
  acsUrl: `${issuer}/organization-sign-in/${organizationId}/acs`,
  entityId: `${issuer}/organization-sign-in/${organizationId}`,
});

/** Comes back with the answer to a request that is only tried out; it decides on which page a refusal is told, no more. */
export const testRelayState = "test";
