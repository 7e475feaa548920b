import { AuthError } from "../auth-error.ts";
import { ok, type Answer, type Exchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Reader } from "../http/steps.ts";
import { findMember, findOrganization } from "./store.ts";

interface Read extends Exchange, Params {
  readonly reader: Reader;
}

const isActiveMember = async ({ context, reader }: Read, organizationId: string): Promise<boolean> =>
  reader.kind === "user" &&
  (await findMember(context.db, organizationId, reader.caller.session.user.id))?.status === "active";

/** By id or slug, for members, platform operators and services; to others it looks like none. */
export const readOrganization = async (exchange: Read): Promise<Answer> => {
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
  const { id, slug, name, kind, status } = organization;
  return ok({ id, slug, name, kind, status });
};

const elevated: ReadonlySet<string> = new Set(["owner", "super_admin", "admin"]);

const mayReadMember = ({ reader }: Read, organizationId: string, userId: string): boolean => {
  if (reader.kind === "service") return true;
  const { platformBypass, organization, role, user } = reader.caller.session;
  if (platformBypass) return true;
  return organization?.id === organizationId && (user.id === userId || (role !== undefined && elevated.has(role)));
};

/** A member's role, and whether account and membership both stand. */
export const readMember = async (exchange: Read): Promise<Answer> => {
  const { context, params } = exchange;
  const { id: organizationId = "", userId = "" } = params;
  if (!mayReadMember(exchange, organizationId, userId)) throw new AuthError("forbidden");
  const member = await findMember(context.db, organizationId, userId);
  if (!member) throw new AuthError("member_not_found");
  const { user, role, status } = member;
  return ok({
    organizationId,
    userId,
    role,
    status,
    active: status === "active" && user.status === "active",
    email: user.email,
    name: user.name,
  });
};
