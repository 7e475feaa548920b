import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { CallingClient } from "../../http/steps.ts";
import { replaceBindableResources } from "./store.ts";

// Without control characters, so that lists and their cursors stay one line an entry.
export const plain = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u);
export const typeName = plain(100);
const name = typeName;

export const BindableResourceInput = z.strictObject({
  type: typeName,
  resourceId: plain(200),
  label: z.string().max(200),
});

export const PutBindableResourcesInput = z
  .strictObject({
    type: name.optional().describe("Only resources of this kind are replaced; without it all are"),
    resources: z.array(BindableResourceInput).max(500),
  })
  .superRefine(({ type, resources }, context) => {
    if (type !== undefined && resources.some((resource) => resource.type !== type))
      context.addIssue({ code: "custom", path: ["resources"], message: `resources of the type ${type} alone` });
    if (
      new Set(resources.map((resource) => JSON.stringify([resource.type, resource.resourceId]))).size < resources.length
    )
      context.addIssue({ code: "custom", path: ["resources"], message: "every resource once" });
  });

interface OfClient extends HttpExchange, Params {
  readonly client: CallingClient;
}

/** The service of the path, which must be the caller's, and the types that its manifest offers. */
export const ownBindableTypes = async ({
  context,
  params,
  client,
}: OfClient): Promise<{ readonly serviceId: string; readonly offered: readonly string[] }> => {
  const { id: serviceId = "" } = params;
  if (client.serviceId !== serviceId) throw new AuthError("forbidden");
  const service = (await context.catalogues.recent()).services.get(serviceId);
  return { serviceId, offered: service?.bindableResourceTypes.map(({ type }) => type) ?? [] };
};

export const requireOffered = (types: readonly string[], offered: readonly string[]): void => {
  if (!types.every((type) => offered.includes(type)))
    throw new AuthError("invalid_request", {
      issues: [{ field: "type", expected: "a type of the service's manifest" }],
    });
};

interface PutBindableResources extends HttpExchange, Params {
  readonly client: CallingClient;
  readonly input: PutBindableResourcesInput;
}

/** A service tells which resources of an organization keys can be bound to. */
export const putBindableResources = async (exchange: PutBindableResources): Promise<HttpAnswer> => {
  const { context, request, params, client, input } = exchange;
  const { organizationId = "" } = params;
  const { serviceId, offered } = await ownBindableTypes(exchange);
  const types = input.type === undefined ? offered : [input.type];
  requireOffered([...types, ...input.resources.map(({ type }) => type)], offered);
  const replaced = await replaceBindableResources(context.db, {
    serviceId,
    organizationId,
    types,
    resources: input.resources,
    actor: { actorType: "service", actorId: client.clientId, ip: request.ip, requestId: request.requestId },
    now: new Date(context.clock.now()),
  });
  if (!replaced) throw new AuthError("organization_not_found");
  return okAnswer({ serviceId, organizationId, types, count: input.resources.length });
};
export type PutBindableResourcesInput = z.infer<typeof PutBindableResourcesInput>;
