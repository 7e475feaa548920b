import type { AskRequest, AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";
import type { RequestedResource } from "./principal.ts";

/** A resource of an organization that API keys can be bound to. */
export interface BindableResource extends RequestedResource {
  /** As people know it. */
  readonly label: string;
}

/** The service's own catalogue of resources at Auth, under its client secret. */
export interface BindableResources {
  /** What Auth knows of the organization. */
  readonly list: (organizationId: string) => Promise<readonly BindableResource[]>;
  /** Makes those of one type what is given, at most 500: the rest of them are removed. */
  readonly replace: (organizationId: string, type: string, resources: readonly BindableResource[]) => Promise<void>;
  /** Single ones. Keys bound to a removed one alone stop working at this service. */
  readonly change: (
    organizationId: string,
    change: { readonly put?: readonly BindableResource[]; readonly remove?: readonly RequestedResource[] },
  ) => Promise<void>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isResource = (value: unknown): value is BindableResource =>
  isRecord(value) &&
  typeof value.type === "string" &&
  typeof value.resourceId === "string" &&
  typeof value.label === "string";

const mostInOne = 200;

const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / mostInOne) }, (_, index) =>
    items.slice(index * mostInOne, (index + 1) * mostInOne),
  );

export const createBindableResources = (
  ask: (question: AskRequest) => Promise<AskResponse>,
  basic: string | undefined,
  serviceId: string,
): BindableResources => {
  const path = `/api/services/${serviceId}/bindable-resources`;
  const headers = (): { readonly Authorization: string } => {
    if (basic === undefined) throw new AuthUnavailable("the catalogue needs a client secret");
    return { Authorization: basic };
  };
  const send = async (method: "PUT" | "PATCH", organizationId: string, body: unknown): Promise<void> => {
    const { status } = await ask({
      method,
      path: `${path}/${encodeURIComponent(organizationId)}`,
      headers: headers(),
      body,
    });
    if (status !== 200) throw new AuthUnavailable(`the catalogue was not changed: status ${status}`);
  };
  const page = async (organizationId: string, after: string | undefined) => {
    const query = new URLSearchParams({
      organization_id: organizationId,
      limit: "200",
      ...(after === undefined ? {} : { after }),
    });
    const { status, body } = await ask({ method: "GET", path: `${path}?${query.toString()}`, headers: headers() });
    if (status !== 200 || !isRecord(body) || !Array.isArray(body.resources) || !body.resources.every(isResource))
      throw new AuthUnavailable("not a list of resources");
    return { resources: body.resources, next: typeof body.nextAfter === "string" ? body.nextAfter : undefined };
  };

  return {
    list: async (organizationId) => {
      const all: BindableResource[] = [];
      let after: string | undefined;
      do {
        const { resources, next } = await page(organizationId, after);
        all.push(...resources);
        after = next;
      } while (after !== undefined);
      return all;
    },
    replace: (organizationId, type, resources) => send("PUT", organizationId, { type, resources }),
    change: async (organizationId, { put = [], remove = [] }) => {
      for (const some of batches(put)) await send("PATCH", organizationId, { put: some });
      for (const some of batches(remove)) await send("PATCH", organizationId, { remove: some });
    },
  };
};
