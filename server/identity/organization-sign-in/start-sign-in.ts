import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { domainOf } from "../domains/domain-name.ts";
import { flowSecrets } from "../federated/flow-secrets.ts";
import { okAnswer, seeOther, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { query } from "../http/read-input.ts";
import { localReturnPath } from "../http/return-path.ts";
import type { Params } from "../http/route.ts";
import { limitPerAddress } from "../http/steps.ts";
import { emailAddress } from "../users/email-address.ts";
import { organizationFlowCookie, organizationFlowMs, samlRequestId, testRelayState } from "./flow.ts";
import { rehearsalPage } from "./rehearsal-page.ts";
import { samlRequestUrl } from "./saml-provider.ts";
import { insertOrganizationFlow } from "./flows/store.ts";
import { findSignInByDomain, findSignInSettings, type SignInSettingsRow } from "./store.ts";

export const FindOrganizationInput = z.strictObject({ email: emailAddress });
export type FindOrganizationInput = z.infer<typeof FindOrganizationInput>;

/** Whether people with addresses of this domain sign in at their organization. Says nothing of any account. */
export const findOrganizationSignIn = async ({
  context,
  input,
}: HttpExchange & { readonly input: FindOrganizationInput }): Promise<HttpAnswer> => {
  const found = await findSignInByDomain(context.db.pool, domainOf(input.email));
  return okAnswer({
    organization: found
      ? {
          name: found.organization_name,
          start: `/organization-sign-in/${found.organization_id}/start`,
          required: found.enforced,
        }
      : null,
  });
};

const startQuery = query(
  z.strictObject({ return_to: z.string().max(2_000).optional(), test: z.literal("1").optional() }),
);
const limit = limitPerAddress("federated");

interface Begun {
  readonly settings: SignInSettingsRow;
  readonly secret: string;
  readonly isTest: boolean;
}

const urlAt = async ({ context }: HttpExchange, { settings, secret, isTest }: Begun): Promise<URL> => {
  const providers = context.organizationProviders;
  if (settings.kind === "oidc") return providers.of(settings).authorizationUrl(flowSecrets(secret));
  const url = await samlRequestUrl(settings, {
    issuer: context.issuer,
    requestId: samlRequestId(secret),
    relayState: isTest ? testRelayState : "",
  });
  providers.checkOrigin(url.origin);
  return url;
};

const begin = async (exchange: HttpExchange & Params): Promise<HttpAnswer> => {
  const { context, params } = exchange;
  limit(exchange);
  const { input } = startQuery(exchange);
  const settings = await findSignInSettings(context.db.pool, params["organizationId"] ?? "");
  if (!settings) throw new AuthError("provider_not_found");
  const secret = randomSecret();
  const isTest = input.test !== undefined;
  const url = await urlAt(exchange, { settings, secret, isTest });
  const now = context.clock.now();
  const flow = {
    organizationId: settings.organization_id,
    returnTo: localReturnPath(input.return_to, context.issuer) ?? "/",
    requestId: settings.kind === "saml" ? samlRequestId(secret) : undefined,
    isTest,
  };
  await insertOrganizationFlow(context.db, sha256(secret), flow, new Date(now), new Date(now + organizationFlowMs));
  const cookie = organizationFlowCookie(context).set(secret, organizationFlowMs);
  return { status: 302, headers: { Location: url.href }, cookie };
};

/** Sends the browser to the organization's provider, or back to a page that says why not. */
export const startOrganizationSignIn = async (exchange: HttpExchange & Params): Promise<HttpAnswer> => {
  try {
    return await begin(exchange);
  } catch (error) {
    if (!AuthError.is(error)) throw error;
    if (exchange.request.query.has("test")) return rehearsalPage(exchange, { refusal: error });
    return seeOther(`/sign-in?${new URLSearchParams({ error: error.code })}`);
  }
};
