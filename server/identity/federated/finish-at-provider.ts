import { recordAudit } from "../audit/store.ts";
import { AuthError, type AuthErrorCode } from "../auth-error.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import { seeOther, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import { findCaller, limitPerAddress } from "../http/steps.ts";
import { concludeSignIn } from "../login/complete-sign-in.ts";
import { pendingCookie } from "../login/pending-cookie.ts";
import { limitRegistrations } from "../registration/limit-registrations.ts";
import { notifyOwner } from "../sign-in-methods/notify-owner.ts";
import { findProvider } from "./find-provider.ts";
import { endFlow, readFlow } from "./flow-cookie.ts";
import { flowSecrets } from "./flow-secrets.ts";
import type { Provider, ProviderIdentity } from "./provider.ts";
import {
  findIdentityOwner,
  hasPendingInvitation,
  insertFederatedAccount,
  linkIdentity,
  noteIdentityUse,
  takeFlow,
  type Flow,
  type IdentityOwner,
} from "./store.ts";

type Callback = HttpExchange & Params;

const limit = limitPerAddress("federated");
const originOf = ({ request }: HttpExchange) => ({ ip: request.ip, requestId: request.requestId });
const nowOf = ({ context }: HttpExchange): Date => new Date(context.clock.now());

/** The one `state` of the answer; empty where there is none or more. */
const stateOf = ({ request }: HttpExchange): string => {
  const [state = "", ...more] = request.query.getAll("state");
  return more.length === 0 ? state : "";
};

/** The flow this browser began, at this provider, with this very `state`; nothing is used up where one of them differs. */
const takeOwnFlow = async (exchange: Callback, provider: Provider): Promise<{ flow: Flow; secret: string }> => {
  const { context, request } = exchange;
  const state = stateOf(exchange);
  const secret = readFlow(context, request, state);
  const isOwn = secret !== undefined && equalDigests(sha256(state), sha256(flowSecrets(secret).state));
  const flow = isOwn ? await takeFlow(context.db, sha256(secret), provider.id, nowOf(exchange)) : undefined;
  if (!flow || secret === undefined) throw new AuthError("federated_failed");
  return { flow, secret };
};

/** An account of one's own: only for an address that the provider vouches for and nobody here has. */
const makeAccount = async (
  exchange: Callback,
  provider: Provider,
  identity: ProviderIdentity,
): Promise<IdentityOwner> => {
  const { context } = exchange;
  const { email, emailVerified } = identity;
  if (email === undefined || !emailVerified) throw new AuthError("email_unverified");
  const now = nowOf(exchange);
  if (context.registration !== "open" && !(await hasPendingInvitation(context.db, email, now)))
    throw new AuthError("registration_closed");
  await limitRegistrations(exchange);
  const made = await insertFederatedAccount(context.db, provider.id, { ...identity, email }, now, originOf(exchange));
  // Whoever has the address adds the identity after signing in; it never opens an account by itself.
  if (made === "email_taken") throw new AuthError("account_exists");
  if (made !== "identity_taken") return made;
  const owner = await findIdentityOwner(context.db, provider.id, identity.subject);
  if (!owner) throw new AuthError("federated_failed");
  return owner;
};

const signIn = async (
  exchange: Callback,
  provider: Provider,
  identity: ProviderIdentity,
  { returnTo }: Flow,
): Promise<HttpAnswer> => {
  const { context } = exchange;
  const owner =
    (await findIdentityOwner(context.db, provider.id, identity.subject)) ??
    (await makeAccount(exchange, provider, identity));
  if (owner.status === "deleted") throw new AuthError("federated_failed");
  const outcome = await concludeSignIn(exchange, {
    ...owner,
    amr: ["fed"],
    service: undefined,
    alongside: async (client) => {
      const used = { provider: provider.id, subject: identity.subject, userId: owner.userId };
      if (!(await noteIdentityUse(client, used, nowOf(exchange)))) throw new AuthError("federated_failed");
    },
  });
  const ended = endFlow(context, stateOf(exchange));
  if (outcome.kind === "session") return seeOther(returnTo, { cookies: [outcome.cookie, ...ended] });
  const query = new URLSearchParams({ return_to: returnTo });
  return seeOther(`/sign-in/second-factor?${query}`, {
    cookies: [pendingCookie(context).set(outcome.body.mfaToken), ...ended],
  });
};

const link = async (
  exchange: Callback,
  provider: Provider,
  identity: ProviderIdentity,
  { returnTo, linkSessionId }: Flow,
): Promise<HttpAnswer> => {
  const { context } = exchange;
  const caller = await findCaller(exchange);
  const { session } = caller;
  if (session.sessionId !== linkSessionId) throw new AuthError("account_mismatch");
  if (!session.user.emailVerified || !identity.emailVerified) throw new AuthError("email_unverified");
  const tell = notifyOwner({ ...exchange, caller }, "identity-linked");
  const change = { now: nowOf(exchange), origin: originOf(exchange), tell, sessionId: session.sessionId };
  const added = { provider: provider.id, identity, userId: session.user.id };
  if (!(await linkIdentity(context.db, added, change))) throw new AuthError("identity_taken");
  context.outbox.flush();
  return seeOther(returnTo, { cookies: endFlow(context, stateOf(exchange)) });
};

const recordFailure = (exchange: Callback, provider: Provider, code: AuthErrorCode): Promise<void> =>
  recordAudit(
    exchange.context.db.pool,
    {
      ...originOf(exchange),
      actorType: "anonymous",
      action: "identity.use",
      outcome: "failure",
      details: { provider: provider.id, code },
    },
    nowOf(exchange),
  );

const failed = (exchange: Callback, flow: Flow | undefined, code: AuthErrorCode): HttpAnswer => {
  const page = flow?.linkSessionId === undefined ? "/sign-in" : "/error";
  const query = new URLSearchParams({
    error: code,
    ...(flow === undefined || flow.returnTo === "/" ? {} : { return_to: flow.returnTo }),
  });
  return seeOther(`${page}?${query}`, { cookies: endFlow(exchange.context, stateOf(exchange)) });
};

const finish = async (exchange: Callback, provider: Provider, onFlow: (flow: Flow) => void): Promise<HttpAnswer> => {
  const { context, request } = exchange;
  const { flow, secret } = await takeOwnFlow(exchange, provider);
  onFlow(flow);
  const callback = new URL(`${context.issuer}/federated/${provider.id}/callback?${request.query}`);
  const identity = await provider.identify(callback, flowSecrets(secret));
  return flow.linkSessionId === undefined
    ? signIn(exchange, provider, identity, flow)
    : link(exchange, provider, identity, flow);
};

/** Where the provider sends the browser back to: a session, a link, the second factor, or a page that says why not. */
export const finishAtProvider = async (exchange: Callback): Promise<HttpAnswer> => {
  let flow: Flow | undefined;
  let provider: Provider | undefined;
  try {
    limit(exchange);
    provider = findProvider(exchange);
    return await finish(exchange, provider, (taken) => {
      flow = taken;
    });
  } catch (error) {
    if (!AuthError.is(error)) throw error;
    if (provider) await recordFailure(exchange, provider, error.code);
    return failed(exchange, flow, error.code);
  }
};
