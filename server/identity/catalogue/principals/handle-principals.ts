import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller, DirectoryReader } from "../../http/steps.ts";
import { auditActor } from "../../organizations/actor.ts";
import type { CatalogueService } from "../catalogue.ts";
import { listPrincipals, putPrincipal, removePrincipal } from "./store.ts";

interface OfService extends HttpExchange, Params {
  readonly service: CatalogueService;
}

export const ListPrincipalsQuery = z.strictObject({
  after: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type ListPrincipalsQuery = z.infer<typeof ListPrincipalsQuery>;

/** Who belongs to a service, for the service itself and for platform operators. */
export const readPrincipals = async ({
  context,
  reader,
  service,
  input,
}: OfService & {
  readonly reader: DirectoryReader;
  readonly input: ListPrincipalsQuery;
}): Promise<HttpAnswer> => {
  const may = reader.kind === "service" ? reader.client.serviceId === service.id : reader.caller.session.platformBypass;
  if (!may) throw new AuthError("forbidden");
  const principals = await listPrincipals(context.db, service.id, input.after, input.limit);
  return okAnswer({
    serviceId: service.id,
    principals,
    nextAfter: principals.length === input.limit ? (principals.at(-1)?.userId ?? null) : null,
  });
};

export const PutPrincipalInput = z.strictObject({
  principalType: z.enum(["human", "service_local", "service_account"]),
});
export type PutPrincipalInput = z.infer<typeof PutPrincipalInput>;

/** Says outright that an account belongs to a service, so that nobody concludes it from a missing membership. */
export const tiePrincipal = async (
  exchange: OfService & { readonly caller: Caller; readonly input: PutPrincipalInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, service, input } = exchange;
  const userId = params.userId ?? "";
  const done = await putPrincipal(context.db, {
    serviceId: service.id,
    userId,
    principalType: input.principalType,
    actor: auditActor(exchange, caller),
    now: new Date(context.clock.now()),
  });
  if (!done) throw new AuthError("user_not_found");
  return okAnswer({ serviceId: service.id, userId, principalType: input.principalType });
};

export const untiePrincipal = async (exchange: OfService & { readonly caller: Caller }): Promise<HttpAnswer> => {
  const { context, params, caller, service } = exchange;
  const userId = params.userId ?? "";
  const done = await removePrincipal(context.db, {
    serviceId: service.id,
    userId,
    actor: auditActor(exchange, caller),
    now: new Date(context.clock.now()),
  });
  if (!done) throw new AuthError("user_not_found");
  return okAnswer({ serviceId: service.id, userId, removed: true });
};
