import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { CallingClient } from "../http/steps.ts";
import { requestEmail } from "./request-email.ts";
import { findAdministratorAddresses, findMemberAddress, findServedOrganization, recordTold } from "./store-alerts.ts";
import type { ToldRequest } from "./told-request.ts";

interface TellRequest extends HttpExchange, Params {
  readonly client: CallingClient;
  readonly input: ToldRequest;
}

const requestMs = 7 * 24 * 3_600_000;

/** A service tells of a request for more budget: the administrators are mailed, and at its decision whoever asked, once each. */
export const tellRequest = async ({ context, request, params, client, input }: TellRequest): Promise<HttpAnswer> => {
  const { serviceId } = client;
  if (serviceId !== params["id"]) throw new AuthError("forbidden");
  const { db, clock, outbox, dashboardOrigin } = context;
  const { id, organizationId, userId, state, limitBeforeNanos, limitWantedNanos } = input;
  const now = new Date(clock.now());
  await inTransaction(db.pool, async (tx) => {
    const organization = await findServedOrganization(tx, { organizationId, serviceId, now });
    if (!organization) throw new AuthError("organization_not_found");
    const email = await findMemberAddress(tx, organizationId, userId);
    const isNew = await recordTold(tx, {
      id,
      serviceId,
      organizationId,
      action: `budget-request.${state}`,
      target: userId,
      details: { limitBeforeNanos, limitWantedNanos },
      requestId: request.requestId,
      now,
    });
    // Whoever has left meanwhile asks for nothing any more.
    if (!isNew || email === undefined) return;
    const receivers = state === "open" ? await findAdministratorAddresses(tx, organizationId) : [email];
    const template = requestEmail({ request: input, email, organizationName: organization.name, dashboardOrigin });
    for (const to of receivers)
      await outbox.put(tx, {
        kind: `budget-request.${state}`,
        to,
        template,
        expiresAt: new Date(now.getTime() + requestMs),
      });
  });
  outbox.flush();
  return okAnswer({ id });
};
