import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import type { UsageFilter } from "./usage-dimension.ts";

/** Who reads usage: a caller of the API, or an operator at the command line. */
export type UsageReader = CallContext | OrganizationOperatorContext;

/** How much of the organization's usage is shown. */
export type UsageReach = "organization" | "own";

/**
 * A person, or a key of theirs, sees what they used themselves; whoever may set budgets, and credentials that belong to
 * nobody, see the organization.
 */
const reachOf = (reader: UsageReader): { readonly reach: UsageReach; readonly userId?: string | undefined } => {
  if (!("permissions" in reader) || reader.permissions.has("srv_nexus.budgets:manage"))
    return { reach: "organization" };
  const { actor } = reader;
  if (actor.kind === "service" || (actor.kind === "api_key" && actor.userId === undefined))
    return { reach: "organization" };
  return { reach: "own", userId: actor.userId };
};

/** The filter with what the reader may see; throws SCOPE_DENIED for other people's usage. */
export const withinReach = (
  reader: UsageReader,
  filter: UsageFilter,
): { readonly reach: UsageReach; readonly filter: UsageFilter } => {
  const { reach, userId } = reachOf(reader);
  if (reach === "organization") return { reach, filter };
  if (filter.user !== undefined && filter.user !== userId)
    throw new NexusError("SCOPE_DENIED", {
      message: "The usage of other people is shown to those who may set budgets.",
      details: { permission: "srv_nexus.budgets:manage" },
    });
  return { reach, filter: { ...filter, user: userId } };
};

/** Customers of apps are shown to those who may read them. */
export const requireCustomersRead = (reader: UsageReader): void => {
  if ("permissions" in reader && !reader.permissions.has("srv_nexus.customers:read"))
    throw new NexusError("SCOPE_DENIED", {
      message: "Usage by customer needs the permission srv_nexus.customers:read.",
      details: { permission: "srv_nexus.customers:read" },
    });
};
