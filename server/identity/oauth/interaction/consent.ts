import { z } from "zod";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { ok, type Answer, type Exchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { saveGrant } from "../engine/grants.ts";
import { scopeDescriptions, scopes as knownScopes } from "../resource.ts";
import { addConsent } from "../store.ts";
import type { PendingSignIn } from "./read-interaction.ts";

export const decisionInput = z.strictObject({ decision: z.enum(["allow", "deny"]) });

interface Asked extends Exchange {
  readonly caller: Caller;
  readonly pending: PendingSignIn;
}

/** What the pages show of a client and of what it asks for. */
export const describeRequest = ({ session }: Caller, client: ClientRow, scopes: readonly string[]) => ({
  client: {
    name: client.name,
    serviceId: client.serviceId,
    firstParty: client.firstParty,
    homepage: client.homepage,
  },
  scopes: Object.entries(scopeDescriptions).flatMap(([name, description]) =>
    scopes.includes(name) ? [{ name, description }] : [],
  ),
  user: { id: session.user.id, email: session.user.email, name: session.user.name },
  organization: session.organization ? { id: session.organization.id, name: session.organization.name } : null,
});

/** Consent is given by the person it was asked of, in the session it was asked in. */
const requireSamePerson = ({ caller, pending }: Asked): void => {
  const { prompt, session } = pending.interaction.details;
  if (prompt.name !== "consent" || session?.uid !== caller.session.sessionId)
    throw new AuthError("interaction_not_found");
};

/** Which app asks, and for what. */
export const showInteraction = (asked: Asked): Answer => {
  requireSamePerson(asked);
  const { caller, pending } = asked;
  return ok(describeRequest(caller, pending.client, pending.scopes));
};

interface Consent {
  readonly userId: string;
  readonly client: ClientRow;
  readonly scopes: readonly string[];
}

/** Remembers what was allowed, and makes the grant of it; returns its id. */
export const allow = async ({ request, context }: Exchange, { userId, client, scopes }: Consent): Promise<string> => {
  const allowed = scopes.filter((scope) => knownScopes.includes(scope));
  const now = new Date(context.clock.now());
  await inTransaction(context.db.pool, async (connection) => {
    await addConsent(connection, userId, client.clientId, allowed, now);
    await recordAudit(
      connection,
      {
        actorType: "user",
        actorId: userId,
        action: "consent.grant",
        target: client.clientId,
        ip: request.ip,
        requestId: request.requestId,
        details: { scopes: allowed },
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
  asked: Asked & { readonly input: z.infer<typeof decisionInput> },
): Promise<Answer> => {
  requireSamePerson(asked);
  const { caller, pending, input } = asked;
  const { client, scopes, interaction } = pending;
  const result =
    input.decision === "deny"
      ? { error: "access_denied", error_description: "the person said no" }
      : { consent: { grantId: await allow(asked, { userId: caller.session.user.id, client, scopes }) } };
  return ok({ redirectTo: await interaction.finish(result) });
};
