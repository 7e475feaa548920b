import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { hostOfClient } from "../../client-documents/unregistered-apps.ts";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { endGrantsOfClients } from "../engine/store.ts";
import { describePermissions } from "../offered-scopes.ts";
import { scopeDescriptions, serviceOfResource } from "../resource.ts";
import { deleteConsent, listConsents } from "./store.ts";

type Own = HttpExchange & Params & { readonly caller: Caller };

const describeScopes = (catalogue: Catalogue, allowed: readonly string[]) => [
  ...Object.entries(scopeDescriptions).flatMap(([name, description]) =>
    allowed.includes(name) ? [{ name, description, service: null }] : [],
  ),
  ...describePermissions(catalogue, allowed),
];

/** The apps that the person has connected, and what each may do. */
export const readConsents = async ({ context, caller }: Own): Promise<HttpAnswer> => {
  const consents = await listConsents(context.db, caller.session.user.id);
  const catalogue = await context.catalogues.recent();
  return okAnswer({
    consents: consents.map(({ scopes, grantedAt, lastUsedAt, fromDocument, ...consent }) => ({
      ...consent,
      // The host of an app without a registration is all that is known of it for certain.
      host: fromDocument ? hostOfClient(consent.clientId) : null,
      scopes: describeScopes(catalogue, scopes),
      services: scopes.flatMap((scope) => {
        const service = catalogue.services.get(serviceOfResource(scope) ?? "");
        return service ? [{ id: service.id, name: service.name }] : [];
      }),
      grantedAt: grantedAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  });
};

/** Disconnects an app: everything it holds of this person ends, and it has to ask anew. The person's sessions stay. */
export const endConsent = async ({ context, request, caller, params }: Own): Promise<HttpAnswer> => {
  const userId = caller.session.user.id;
  const clientId = params["clientId"] ?? "";
  const grants = await inTransaction(context.db.pool, async (client) => {
    if (!(await deleteConsent(client, userId, clientId))) throw new AuthError("consent_not_found");
    const ended = await endGrantsOfClients(client, userId, [clientId]);
    await recordAudit(
      client,
      {
        actorType: "user",
        actorId: userId,
        action: "consent.revoke",
        target: clientId,
        ip: request.ip,
        requestId: request.requestId,
        details: { grants: ended },
      },
      new Date(context.clock.now()),
    );
    return ended;
  });
  return okAnswer({ ended: grants });
};
