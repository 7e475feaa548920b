import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { CallingClient } from "../../http/steps.ts";
import { BindableResourceInput, ownBindableTypes, plain, requireOffered, typeName } from "./put-bindable-resources.ts";
import { changeBindableResources } from "./store.ts";

const nameOf = ({ type, resourceId }: { readonly type: string; readonly resourceId: string }): string =>
  JSON.stringify([type, resourceId]);

export const PatchBindableResourcesInput = z
  .strictObject({
    put: z.array(BindableResourceInput).max(200).default([]).describe("New ones, and new labels"),
    remove: z
      .array(z.strictObject({ type: typeName, resourceId: plain(200) }))
      .max(200)
      .default([])
      .describe("Keys bound to them alone stop working at this service"),
  })
  .refine(({ put, remove }) => new Set([...put, ...remove].map(nameOf)).size === put.length + remove.length, {
    path: ["put"],
    error: "every resource once",
  });
export type PatchBindableResourcesInput = z.infer<typeof PatchBindableResourcesInput>;

interface PatchBindableResources extends HttpExchange, Params {
  readonly client: CallingClient;
  readonly input: PatchBindableResourcesInput;
}

/** A service tells of single resources of an organization that came, were renamed or went. */
export const patchBindableResources = async (exchange: PatchBindableResources): Promise<HttpAnswer> => {
  const { context, request, params, client, input } = exchange;
  const { organizationId = "" } = params;
  const { serviceId, offered } = await ownBindableTypes(exchange);
  requireOffered(
    input.put.map(({ type }) => type),
    offered,
  );
  const changed = await changeBindableResources(context.db, {
    serviceId,
    organizationId,
    resources: input.put,
    removed: input.remove,
    actor: { actorType: "service", actorId: client.clientId, ip: request.ip, requestId: request.requestId },
    now: new Date(context.clock.now()),
  });
  if (!changed) throw new AuthError("organization_not_found");
  return okAnswer({ serviceId, organizationId, put: input.put.length, removed: input.remove.length });
};
