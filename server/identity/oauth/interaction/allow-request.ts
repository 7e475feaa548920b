import { inTransaction } from "../../../platform/db/transaction.ts";
import { AuthError } from "../../auth-error.ts";
import { recordAudit } from "../../audit/store.ts";
import { noteDocumentClient } from "../../client-documents/store.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { saveGrant } from "../engine/grants.ts";
import { endGrantsOfClients } from "../engine/store.ts";
import { resourceOf } from "../resource.ts";
import { changeConsent } from "../store.ts";
import {
  chooseScopes,
  consentBy,
  readDecision,
  servicesActedIn,
  type RequestedAccess,
  type ScopeChoice,
  type ShownOrganization,
} from "./access-request.ts";

interface Consent {
  readonly asked: RequestedAccess;
  readonly choice: ScopeChoice;
  readonly named: ShownOrganization;
}

/** What came of a person's yes. */
interface Allowed {
  readonly grantId: string;
  readonly scopes: readonly string[];
}

/** Remembers what was allowed, and makes the grant of it. What is granted no more ends the tokens that had it. */
export const allowRequest = async (
  exchange: HttpExchange & { readonly caller: Caller },
  { asked, choice, named }: Consent,
): Promise<Allowed> => {
  const { request, context, caller } = exchange;
  const { client, address } = asked;
  const { clientId, serviceId } = client;
  const { granted, declined } = chooseScopes(await readDecision(exchange, asked), choice);
  const actsIn = (await servicesActedIn(exchange, client)).map(({ id }) => id);
  const by = consentBy(caller, clientId);
  const { userId, organizationId } = by;
  if (named !== undefined && (named ?? "") !== organizationId) throw new AuthError("organization_changed");
  const now = new Date(context.clock.now());
  await inTransaction(context.db.pool, async (connection) => {
    if (client.document) await noteDocumentClient(connection, client);
    const change = { ...by, granted: [...granted, ...actsIn.map(resourceOf)], declined, now };
    if (await changeConsent(connection, change)) await endGrantsOfClients(connection, userId, [clientId]);
    await recordAudit(
      connection,
      {
        actorType: "user",
        actorId: userId,
        organizationId: caller.session.organization?.id,
        action: "consent.grant",
        target: clientId,
        ip: request.ip,
        requestId: request.requestId,
        details: {
          scopes: granted,
          declined,
          actsIn,
          address,
          ...(client.document ? { host: client.document.host } : {}),
        },
      },
      now,
    );
  });
  const grant = await saveGrant(context.db, context.oauth.provider.Grant, {
    accountId: userId,
    clientId,
    serviceId,
    organizationId,
    scopes: granted,
    declined,
  });
  return { grantId: grant.jti, scopes: granted };
};
