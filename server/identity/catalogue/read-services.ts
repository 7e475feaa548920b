import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { DirectoryReader } from "../http/steps.ts";
import type { Catalogue, CatalogueService } from "./catalogue.ts";
import { registrationStateOf } from "./completeness.ts";
import { serviceFacts } from "./service-facts.ts";
import { visibleTo } from "./visible-services.ts";

/** Where a service's pages are, on this machine or anywhere. */
const originsOf = ({ id, origins }: CatalogueService, all: Catalogue["origins"]): string[] => [
  ...new Set(
    [...origins, ...all].flatMap(({ serviceId, origin }) => (serviceId === id && origin !== null ? [origin] : [])),
  ),
];

const serviceAnswer = (service: CatalogueService, all: Catalogue["origins"]) => ({
  id: service.id,
  ...serviceFacts(service),
  docs_url: service.docsUrl,
  first_party: service.firstParty,
  calls: service.calls,
  status: service.status,
  origins: originsOf(service, all),
  manifest_version: service.manifestVersion,
  registration: registrationStateOf(service),
});

const keysOf = (
  rows: readonly { readonly permission: { readonly key: string | null; readonly deprecatedAt: Date | null } }[],
): string[] =>
  rows.flatMap(({ permission }) => (permission.key === null || permission.deprecatedAt ? [] : [permission.key])).sort();

export const ListServicesQuery = z.strictObject({
  surface_kind: z.enum(["application", "api", "runtime", "internal"]).optional(),
  surface_group: z.string().min(1).max(60).optional(),
  launchable: z.enum(["true", "false"]).optional(),
});
export type ListServicesQuery = z.infer<typeof ListServicesQuery>;

interface ReadCatalogue extends HttpExchange {
  readonly reader: DirectoryReader;
}

/** The services the reader may know of; the surface fields alone tell applications from the rest. */
export const listServices = async ({
  context,
  reader,
  input,
}: ReadCatalogue & { readonly input: ListServicesQuery }): Promise<HttpAnswer> => {
  const catalogue = await context.catalogues.recent();
  const isVisible = await visibleTo(context, catalogue, reader);
  const services = [...catalogue.services.values()].filter(
    (service) =>
      isVisible(service) &&
      (input.surface_kind === undefined || service.surfaceKind === input.surface_kind) &&
      (input.surface_group === undefined || service.surfaceGroup === input.surface_group) &&
      (input.launchable === undefined || String(service.opensAt !== null) === input.launchable),
  );
  return okAnswer({ services: services.map((service) => serviceAnswer(service, catalogue.origins)) });
};

/** Adds the service of the path; one the reader may not know of looks like none. */
export const servicePath = async ({
  context,
  params,
  reader,
}: ReadCatalogue & Params): Promise<{ readonly service: CatalogueService }> => {
  const catalogue = await context.catalogues.recent();
  const service = catalogue.services.get(params.id ?? "");
  if (!service || !(await visibleTo(context, catalogue, reader))(service)) throw new AuthError("service_not_found");
  return { service };
};

/** The same for platform operators, who know of every service. */
export const operatorsService = async ({
  context,
  params,
}: HttpExchange & Params): Promise<{ readonly service: CatalogueService }> => {
  const service = (await context.catalogues.recent()).services.get(params.id ?? "");
  if (!service) throw new AuthError("service_not_found");
  return { service };
};

interface OfService {
  readonly service: CatalogueService;
}

export const readService = async ({ context, service }: OfService & HttpExchange): Promise<HttpAnswer> =>
  okAnswer(serviceAnswer(service, (await context.catalogues.recent()).origins));

export const readServicePermissions = ({ service }: OfService): HttpAnswer =>
  okAnswer({
    serviceId: service.id,
    permissions: service.permissions.map(({ key, resource, action, description, deprecatedAt }) => ({
      permission: key,
      resource,
      action,
      description,
      deprecated: deprecatedAt !== null,
    })),
  });

export const readRoleBundles = ({ service }: OfService): HttpAnswer =>
  okAnswer({
    serviceId: service.id,
    roleBundles: service.roleBundles.map(({ id, name, role, isDefault, permissions }) => ({
      id,
      name,
      role,
      isDefault,
      permissions: keysOf(permissions),
    })),
  });

export const readKeyScopes = ({ service }: OfService): HttpAnswer =>
  okAnswer({
    serviceId: service.id,
    scopes: service.apiKeyScopes.map(({ scope, description, bindableResourceType, deprecatedAt, permissions }) => ({
      scope: `${service.id}.${scope}`,
      description,
      bindableResourceType,
      deprecated: deprecatedAt !== null,
      permissions: keysOf(permissions),
    })),
  });
