import { AuthError } from "../auth-error.ts";
import { ok, type Answer, type Exchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { CatalogueService } from "./catalogue.ts";
import { missingFrom } from "./completeness.ts";

const serviceAnswer = (service: CatalogueService) => {
  const missing = missingFrom(service);
  return {
    id: service.id,
    slug: service.slug,
    name: service.name,
    description: service.description,
    surface_kind: service.surfaceKind,
    surface_group: service.surfaceGroup,
    launchable: service.launchable,
    launch_url: service.launchUrl,
    docs_url: service.docsUrl,
    first_party: service.firstParty,
    calls: service.calls,
    status: service.status,
    complete: missing.length === 0,
    missing,
  };
};

const keysOf = (
  rows: readonly { readonly permission: { readonly key: string | null; readonly deprecatedAt: Date | null } }[],
): string[] =>
  rows.flatMap(({ permission }) => (permission.key === null || permission.deprecatedAt ? [] : [permission.key])).sort();

export const listServices = async ({ context }: Exchange): Promise<Answer> => {
  const { services } = await context.catalogues.recent();
  return ok({ services: [...services.values()].map(serviceAnswer) });
};

/** Adds the service of the path. */
export const servicePath = async ({
  context,
  params,
}: Exchange & Params): Promise<{ readonly service: CatalogueService }> => {
  const service = (await context.catalogues.recent()).services.get(params.id ?? "");
  if (!service) throw new AuthError("service_not_found");
  return { service };
};

interface OfService {
  readonly service: CatalogueService;
}

export const readService = ({ service }: OfService): Answer => ok(serviceAnswer(service));

export const readPermissions = ({ service }: OfService): Answer =>
  ok({
    serviceId: service.id,
    permissions: service.permissions.map(({ key, resource, action, description, deprecatedAt }) => ({
      permission: key,
      resource,
      action,
      description,
      deprecated: deprecatedAt !== null,
    })),
  });

export const readRoleBundles = ({ service }: OfService): Answer =>
  ok({
    serviceId: service.id,
    roleBundles: service.roleBundles.map(({ id, name, role, isDefault, permissions }) => ({
      id,
      name,
      role,
      isDefault,
      permissions: keysOf(permissions),
    })),
  });

export const readKeyScopes = ({ service }: OfService): Answer =>
  ok({
    serviceId: service.id,
    scopes: service.apiKeyScopes.map(({ scope, description, bindableResourceType, deprecatedAt, permissions }) => ({
      scope: `${service.id}.${scope}`,
      description,
      bindableResourceType,
      deprecated: deprecatedAt !== null,
      permissions: keysOf(permissions),
    })),
  });

/** The kinds to which a key can be bound. */
export const readBindableResources = ({ service }: OfService): Answer =>
  ok({ serviceId: service.id, types: service.bindableResourceTypes.map(({ type, label }) => ({ type, label })) });
