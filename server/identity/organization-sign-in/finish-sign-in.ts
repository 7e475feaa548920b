import { recordAudit } from "../audit/store.ts";
import { AuthError, type AuthErrorCode } from "../auth-error.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { flowSecrets } from "../federated/flow-secrets.ts";
import { noteIdentityUse } from "../federated/store.ts";
import { seeOther, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { mediaType } from "../http/read-input.ts";
import type { Params } from "../http/route.ts";
import { limitPerAddress } from "../http/steps.ts";
import { concludeSignIn } from "../login/complete-sign-in.ts";
import { pendingCookie } from "../login/pending-cookie.ts";
import { admitIdentity, rehearseAdmission } from "./admit-identity.ts";
import type { AssertedIdentity } from "./asserted-identity.ts";
import { organizationFlowCookie, testRelayState } from "./flow.ts";
import { rehearsalPage } from "./rehearsal-page.ts";
import { readSamlAnswer } from "./saml-provider.ts";
import { findRequest, keepAnswer, takeOrganizationFlow } from "./flows/store.ts";
import { findSignInSettings, type SignInSettingsRow } from "./store.ts";

type Answered = HttpExchange & Params;

const limit = limitPerAddress("federated");
const nowOf = ({ context }: HttpExchange): Date => new Date(context.clock.now());

const settingsOf = async ({ context, params }: Answered, kind: "oidc" | "saml"): Promise<SignInSettingsRow> => {
  const settings = await findSignInSettings(context.db.pool, params["organizationId"] ?? "");
  if (settings?.kind !== kind) throw new AuthError("provider_not_found");
  return settings;
};

const secretOf = (exchange: Answered): string => {
  const secret = organizationFlowCookie(exchange.context).read(exchange.request);
  if (secret === undefined) throw new AuthError("federated_failed");
  return secret;
};

const signIn = async (
  exchange: Answered,
  settings: SignInSettingsRow,
  identity: AssertedIdentity,
  returnTo: string,
): Promise<HttpAnswer> => {
  const { context } = exchange;
  const account = await admitIdentity(exchange, { settings, identity, now: nowOf(exchange) });
  context.outbox.flush();
  const outcome = await concludeSignIn(exchange, {
    userId: account.id,
    status: account.status,
    amr: ["fed"],
    through: settings.organization_id,
    service: undefined,
    alongside: async (client) => {
      const provider = `org:${settings.organization_id}` as const;
      const used = { provider, subject: identity.subject, userId: account.id };
      if (!(await noteIdentityUse(client, used, nowOf(exchange)))) throw new AuthError("federated_failed");
    },
  });
  const { clear } = organizationFlowCookie(context);
  if (outcome.kind === "session") return seeOther(returnTo, { cookies: [outcome.cookie, clear] });
  return seeOther(`/sign-in/second-factor?${new URLSearchParams({ return_to: returnTo })}`, {
    cookies: [pendingCookie(context).set(outcome.body.mfaToken), clear],
  });
};

const recordTest = ({ context, request, params }: Answered, outcome: "success" | "failure", code: string | null) =>
  recordAudit(
    context.db.pool,
    {
      actorType: "anonymous",
      action: "organization-sign-in.test",
      outcome,
      organizationId: params["organizationId"],
      ip: request.ip,
      requestId: request.requestId,
      details: { code },
    },
    nowOf({ context, request }),
  );

/** Tells a refusal on a page of its own where the sign-in is only tried out. */
const tellingOnPage = async (
  exchange: Answered,
  isTest: boolean,
  act: () => Promise<HttpAnswer>,
  identity?: AssertedIdentity,
): Promise<HttpAnswer> => {
  try {
    return await act();
  } catch (error) {
    if (!isTest || !AuthError.is(error)) throw error;
    await recordTest(exchange, "failure", error.code);
    return rehearsalPage(exchange, { identity, refusal: error });
  }
};

/** Tries out whether the person would be let in; nobody is signed in by it. */
const rehearse = (exchange: Answered, settings: SignInSettingsRow, identity: AssertedIdentity): Promise<HttpAnswer> =>
  tellingOnPage(
    exchange,
    true,
    async () => {
      await rehearseAdmission(exchange, { settings, identity, now: nowOf(exchange) });
      await recordTest(exchange, "success", null);
      return rehearsalPage(exchange, { identity });
    },
    identity,
  );

const recordFailure = ({ context, request, params }: Answered, code: AuthErrorCode): Promise<void> =>
  recordAudit(
    context.db.pool,
    {
      actorType: "anonymous",
      action: "organization-sign-in.use",
      outcome: "failure",
      organizationId: params["organizationId"],
      ip: request.ip,
      requestId: request.requestId,
      details: { code },
    },
    nowOf({ context, request }),
  );

/** Runs what comes from a provider; a refusal is recorded and shown on the page. */
const fromProvider =
  (act: (exchange: Answered) => Promise<HttpAnswer>) =>
  async (exchange: Answered): Promise<HttpAnswer> => {
    try {
      limit(exchange);
      return await act(exchange);
    } catch (error) {
      if (!AuthError.is(error)) throw error;
      if (error.code !== "provider_not_found") await recordFailure(exchange, error.code);
      return seeOther(`/sign-in?${new URLSearchParams({ error: error.code })}`);
    }
  };

/** The same where the browser that began comes back: its sign-in is over. */
const inOwnBrowser = (act: (exchange: Answered) => Promise<HttpAnswer>) => {
  const acting = fromProvider(act);
  return async (exchange: Answered): Promise<HttpAnswer> => {
    const answer = await acting(exchange);
    return answer.cookies ? answer : { ...answer, cookie: organizationFlowCookie(exchange.context).clear };
  };
};

/** Where an OpenID provider sends the browser back to. */
export const finishAtOpenIdProvider = inOwnBrowser(async (exchange) => {
  const { context, request } = exchange;
  const settings = await settingsOf(exchange, "oidc");
  const { organization_id: organizationId } = settings;
  const secret = secretOf(exchange);
  const states = request.query.getAll("state");
  const secrets = flowSecrets(secret);
  if (states.length !== 1 || !equalDigests(sha256(states[0] ?? ""), sha256(secrets.state)))
    throw new AuthError("federated_failed");
  const taking = { hash: sha256(secret), organizationId, ticketHash: undefined, now: nowOf(exchange) };
  const flow = await takeOrganizationFlow(context.db, taking);
  if (!flow) throw new AuthError("federated_failed");
  const callback = new URL(`${context.issuer}/organization-sign-in/${organizationId}/callback?${request.query}`);
  return tellingOnPage(exchange, flow.isTest, async () => {
    const { subject, email, emailVerified, name } = await context.organizationProviders
      .of(settings)
      .identify(callback, secrets);
    if (email === undefined || !emailVerified) throw new AuthError("email_unverified");
    const identity = { subject, email, name };
    if (flow.isTest) return rehearse(exchange, settings, identity);
    return signIn(exchange, settings, identity, flow.returnTo);
  });
});

const samlFormOf = async (exchange: Answered): Promise<{ readonly response: string; readonly isTest: boolean }> => {
  if (mediaType(exchange) !== "application/x-www-form-urlencoded") throw new AuthError("unsupported_media_type");
  const form = new URLSearchParams((await exchange.request.readBody()).toString("utf8"));
  const [response, ...more] = form.getAll("SAMLResponse");
  if (response === undefined || more.length > 0) throw new AuthError("federated_failed");
  return { response, isTest: form.get("RelayState") === testRelayState };
};

const digestOf = (ticket: string): string => sha256(ticket).toString("hex");

/**
 * Where a SAML provider's page posts its answer: from another site, so without our cookies. The answer is kept for the
 * browser that began, which follows with its cookie; the ticket shows that it is this browser that has brought the answer.
 */
export const receiveSamlAnswer = fromProvider(async (exchange) => {
  const { context } = exchange;
  const settings = await settingsOf(exchange, "saml");
  const { organization_id: organizationId } = settings;
  const { response, isTest } = await samlFormOf(exchange);
  const now = nowOf(exchange);
  return tellingOnPage(exchange, isTest, async () => {
    const { requestId, identity } = await readSamlAnswer({
      settings,
      issuer: context.issuer,
      response,
      requested: (id) => findRequest(context.db, organizationId, id, now),
      now,
    });
    const ticket = randomSecret();
    const answer = { organizationId, requestId, identity, ticketHash: digestOf(ticket), now };
    if (!(await keepAnswer(context.db, answer))) throw new AuthError("federated_failed");
    return seeOther(`/organization-sign-in/${organizationId}/finish?${new URLSearchParams({ ticket })}`);
  });
});

/** The browser that began follows its answer, and is signed in. */
export const finishAtSamlProvider = inOwnBrowser(async (exchange) => {
  const { context, request } = exchange;
  const settings = await settingsOf(exchange, "saml");
  const ticket = request.query.get("ticket") ?? "";
  const taking = {
    hash: sha256(secretOf(exchange)),
    organizationId: settings.organization_id,
    ticketHash: digestOf(ticket),
    now: nowOf(exchange),
  };
  const flow = await takeOrganizationFlow(context.db, taking);
  if (flow?.identity === undefined) throw new AuthError("federated_failed");
  if (flow.isTest) return rehearse(exchange, settings, flow.identity);
  return signIn(exchange, settings, flow.identity, flow.returnTo);
});
