import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { letsIn } from "../../client-documents/unregistered-apps.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import type { ClientRow } from "../../service-clients/store.ts";

interface AskedFor extends HttpExchange {
  readonly caller: Caller;
}

/** An app without a registration is put before a person only where the organization that they act for lets it in. */
export const requireLetIn = async (
  { context, request, caller }: AskedFor,
  { clientId, document }: ClientRow,
): Promise<void> => {
  const { user, organization, unregisteredApps } = caller.session;
  if (!document || letsIn(unregisteredApps, clientId)) return;
  await recordAudit(
    context.db.pool,
    {
      actorType: "user",
      actorId: user.id,
      organizationId: organization?.id,
      action: "consent.grant",
      outcome: "denied",
      target: clientId,
      ip: request.ip,
      requestId: request.requestId,
      details: { host: document.host },
    },
    new Date(context.clock.now()),
  );
  throw new AuthError("app_not_let_in");
};
