import { z } from "zod";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { saveGrant } from "../engine/grants.ts";
import { findService, reachedResources, scopeDescriptions, scopes as knownScopes } from "../resource.ts";
import { addConsent } from "../store.ts";
import type { PendingInteraction } from "./read-interaction.ts";

export const DecideInteractionInput = z.strictObject({ decision: z.enum(["allow", "deny"]) });
export type DecideInteractionInput = z.infer<typeof DecideInteractionInput>;

interface Asked extends HttpExchange {
  readonly caller: Caller;
  readonly pending: PendingInteraction;
}

interface Request {
  readonly client: ClientRow;
  readonly scopes: readonly string[];
}

const describePerson = ({ session: { user, organization } }: Caller) => ({
  user: { id: user.id, email: user.email, name: user.name },
  organization: organization ? { id: organization.id, name: organization.name } : null,
});

/** The services in which the client's tokens act for the person, beside its own. */
const reachedServices = async ({ context }: HttpExchange, { serviceId }: ClientRow) => {
  const { services } = await context.catalogues.recent();
  return (services.get(serviceId)?.audience ?? []).flatMap((id) => {
    const service = id === serviceId ? undefined : services.get(id);
    return service ? [{ id, name: service.name }] : [];
  });
};

/** What the pages show of a client and of what it asks for. */
export const describeRequest = async (
  exchange: HttpExchange & { readonly caller: Caller },
  { client, scopes }: Request,
) => ({
  client: {
    name: client.name,
    serviceId: client.serviceId,
    firstParty: client.firstParty,
    homepage: client.homepage,
  },
  scopes: Object.entries(scopeDescriptions).flatMap(([name, description]) =>
    scopes.includes(name) ? [{ name, description }] : [],
  ),
  services: await reachedServices(exchange, client),
  ...describePerson(exchange.caller),
});

/** Consent is given by the person it was asked of, in the session it was asked in. */
const requireSamePerson = ({ caller, pending }: Asked): void => {
  const { prompt, session } = pending.interaction.details;
  if (prompt.name !== "consent" || session?.uid !== caller.session.sessionId)
    throw new AuthError("interaction_not_found");
};

/** Which app asks, and for what. */
export const showInteraction = async (asked: Asked): Promise<HttpAnswer> => {
  requireSamePerson(asked);
  return okAnswer(await describeRequest(asked, asked.pending));
};

interface Consent extends Request {
  readonly userId: string;
}

/** Remembers what was allowed, and makes the grant of it; returns its id. */
export const allow = async (
  { request, context }: HttpExchange,
  { userId, client, scopes }: Consent,
): Promise<string> => {
  const allowed = scopes.filter((scope) => knownScopes.includes(scope));
  const service = await findService(context, client.serviceId);
  const reached = service ? reachedResources(service) : [];
  const now = new Date(context.clock.now());
  await inTransaction(context.db.pool, async (connection) => {
    await addConsent(connection, userId, client.clientId, [...allowed, ...reached], now);
    await recordAudit(
      connection,
      {
        actorType: "user",
        actorId: userId,
        action: "consent.grant",
        target: client.clientId,
        ip: request.ip,
        requestId: request.requestId,
        details: { scopes: allowed, reached },
      },
      now,
    );
  });
  const grant = await saveGrant(context.oauth.provider.Grant, {
    accountId: userId,
    clientId: client.clientId,
    serviceId: client.serviceId,
    scopes: allowed,
  });
  return grant.jti;
};

/** Records the decision; the page goes where the answer says. */
export const decideInteraction = async (
  asked: Asked & { readonly input: DecideInteractionInput },
): Promise<HttpAnswer> => {
  requireSamePerson(asked);
  const { caller, pending, input } = asked;
  const { client, scopes, interaction } = pending;
  const result =
    input.decision === "deny"
      ? { error: "access_denied", error_description: "the person denied the request" }
      : { consent: { grantId: await allow(asked, { userId: caller.session.user.id, client, scopes }) } };
  return okAnswer({ redirectTo: await interaction.finish(result) });
};
