import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { DirectoryReader } from "../http/steps.ts";
import { accessibleServices } from "../permissions/evaluate.ts";
import { loadGrants } from "../permissions/store.ts";
import { findAdmissionLimit } from "./admission/store.ts";
import { findMember, findOrganization } from "./store.ts";

interface Read extends HttpExchange, Params {
  readonly reader: DirectoryReader;
}

const isActiveMember = async ({ context, reader }: Read, organizationId: string): Promise<boolean> =>
  reader.kind === "user" &&
  (await findMember(context.db, organizationId, reader.caller.session.user.id))?.status === "active";

/** For a service that may act for the organization: which services that is. */
const servicesOf = async ({ context }: HttpExchange, organizationId: string): Promise<readonly string[]> => {
  const grants = await loadGrants(context.db, organizationId, undefined);
  return [...accessibleServices(grants, new Date(context.clock.now()))].sort();
};

/** By id or slug, for members, platform operators and services; to others it looks like none. */
export const readOrganization = async (exchange: Read): Promise<HttpAnswer> => {
  const { context, params, reader } = exchange;
  const organization = await findOrganization(
    context.db,
    params.slug === undefined ? { id: params.id ?? "" } : { slug: params.slug },
  );
  const may =
    organization &&
    (reader.kind === "service" ||
      reader.caller.session.platformBypass ||
      (await isActiveMember(exchange, organization.id)));
  if (!organization || !may) throw new AuthError("organization_not_found");
  const { id, slug, name, kind, status, statusReason, maxKeyTtlDays, createdAt, admittedAt } = organization;
  const limit = admittedAt === null ? null : await findAdmissionLimit(context.db, id);
  const forPeople = {
    statusReason,
    maxKeyTtlDays,
    admittedAt: admittedAt?.toISOString() ?? null,
    admissionLimitNanos: limit,
    createdAt: createdAt.toISOString(),
  };
  const admission = admittedAt === null ? null : { monthlyLimitNanos: limit };
  const seen = reader.kind === "user" ? forPeople : { admission, services: await servicesOf(exchange, id) };
  return okAnswer({ id, slug, name, kind, status, ...seen });
};
