import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { DirectoryReader } from "../../http/steps.ts";
import { isElevated } from "../../organizations/authority.ts";
import type { CatalogueService } from "../catalogue.ts";
import { listBindableResources } from "./store.ts";

const cursor = z
  .string()
  .max(900)
  .transform((text, context) => {
    const parts = Buffer.from(text, "base64url").toString("utf8").split("\n");
    const [type, resourceId] = parts;
    if (parts.length === 2 && type !== undefined && resourceId !== undefined) return { type, resourceId };
    context.addIssue("a value of nextAfter");
    return z.NEVER;
  });

const cursorOf = ({ type, resourceId }: { readonly type: string; readonly resourceId: string }): string =>
  Buffer.from(`${type}\n${resourceId}`).toString("base64url");

export const ReadBindableResourcesQuery = z.strictObject({
  organization_id: z.string().max(100).optional().describe("For services and operators; a person's is the active one"),
  type: z.string().min(1).max(100).optional(),
  after: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type ReadBindableResourcesQuery = z.infer<typeof ReadBindableResourcesQuery>;

interface ReadBindableResources extends HttpExchange {
  readonly reader: DirectoryReader;
  readonly service: CatalogueService;
  readonly input: ReadBindableResourcesQuery;
}

/** Of which organization the reader may see resources; undefined where none was asked for. */
const organizationFor = ({ reader, service, input }: ReadBindableResources): string | undefined => {
  const asked = input.organization_id;
  if (reader.kind === "service") {
    if (asked !== undefined && reader.client.serviceId !== service.id) throw new AuthError("forbidden");
    return asked;
  }
  const { organization, platformBypass, role } = reader.caller.session;
  if (platformBypass) return asked ?? organization?.id;
  if (asked !== undefined && asked !== organization?.id) throw new AuthError("forbidden");
  if (!isElevated(role) && role !== "member") throw new AuthError("forbidden");
  return organization?.id;
};

/** The kinds to which a key can be bound, and the organization's resources of those kinds, from Auth alone. */
export const readBindableResources = async (exchange: ReadBindableResources): Promise<HttpAnswer> => {
  const { context, service, input } = exchange;
  const organizationId = organizationFor(exchange);
  const resources =
    organizationId === undefined
      ? []
      : await listBindableResources(context.db, {
          serviceId: service.id,
          organizationId,
          type: input.type,
          after: input.after,
          limit: input.limit,
        });
  const last = resources.at(-1);
  return okAnswer({
    serviceId: service.id,
    organizationId: organizationId ?? null,
    types: service.bindableResourceTypes.map(({ type, label }) => ({ type, label })),
    resources,
    nextAfter: last && resources.length === input.limit ? cursorOf(last) : null,
  });
};
