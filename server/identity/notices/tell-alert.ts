import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { CallingClient } from "../http/steps.ts";
import { alertEmail } from "./alert-email.ts";
import { findAdministratorAddresses, findServedOrganization, recordTold } from "./store-alerts.ts";
import type { ToldAlert } from "./told-alert.ts";

interface TellAlert extends HttpExchange, Params {
  readonly client: CallingClient;
  readonly input: ToldAlert;
}

/** Older news of money is of no use. */
const alertMs = 2 * 24 * 3_600_000;

/** A service tells of a budget, so that people of the organization are mailed about it: written down once, with the mails. */
export const tellAlert = async ({ context, request, params, client, input }: TellAlert): Promise<HttpAnswer> => {
  if (client.serviceId !== params["id"]) throw new AuthError("forbidden");
  const { db, clock, outbox, dashboardOrigin } = context;
  const now = new Date(clock.now());
  await inTransaction(db.pool, async (tx) => {
    const organization = await findServedOrganization(tx, { ...input, serviceId: client.serviceId, now });
    if (!organization) throw new AuthError("organization_not_found");
    const { id, kind, organizationId, budgetId, percents, administrators: toAdministrators, addresses } = input;
    const isNew = await recordTold(tx, {
      id,
      serviceId: client.serviceId,
      organizationId,
      action: kind,
      target: budgetId,
      details: { percents, administrators: toAdministrators, addresses: addresses.length },
      requestId: request.requestId,
      now,
    });
    if (!isNew) return;
    const administrators = input.administrators ? await findAdministratorAddresses(tx, input.organizationId) : [];
    const template = alertEmail({ alert: input, organizationName: organization.name, dashboardOrigin });
    const receivers = new Set([...administrators, ...input.addresses].map((address) => address.toLowerCase()));
    for (const to of receivers)
      await outbox.put(tx, { kind: input.kind, to, template, expiresAt: new Date(now.getTime() + alertMs) });
  });
  outbox.flush();
  return okAnswer({ id: input.id });
};
