import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";

/** Who reads what an organization did: a caller of the API, or an operator at the command line. */
export type UsageReader = CallContext | OrganizationOperatorContext;

/** How much of what the organization did is shown. */
export const Reach = z
  .enum(["organization", "own"])
  .describe("organization: what everybody did is shown; own: only what the caller did itself");
export type Reach = z.infer<typeof Reach>;

/** What a reader sees: everything, or what one person did. */
type Seen =
  | { readonly reach: "organization"; readonly userId?: undefined }
  | { readonly reach: "own"; readonly userId: string };

const everything: Seen = { reach: "organization" };

/**
 * A person, or a key of theirs, sees what they did themselves; whoever may set budgets, and credentials that belong to
 * nobody, see the organization.
 */
export const reachOf = (reader: UsageReader): Seen => {
  if (!("permissions" in reader) || reader.permissions.has("srv_nexus.budgets:manage")) return everything;
  const { actor } = reader;
  if (actor.kind === "service" || actor.userId === undefined) return everything;
  return { reach: "own", userId: actor.userId };
};

/** The person by whom what is shown is filtered; throws SCOPE_DENIED where the reader asks for somebody else. */
export const withinReach = (
  reader: UsageReader,
  asked: string | undefined,
): { readonly reach: Reach; readonly userId: string | undefined } => {
  const { reach, userId } = reachOf(reader);
  if (reach === "organization") return { reach, userId: asked };
  if (asked !== undefined && asked !== userId)
    throw new NexusError("SCOPE_DENIED", {
      message: "What other people did is shown to those who may set budgets.",
      details: { permission: "srv_nexus.budgets:manage" },
    });
  return { reach, userId };
};

/** Whether what somebody did is shown; null: nobody is named. */
export const isWithinReach = (reader: UsageReader, userId: string | null): boolean => {
  const seen = reachOf(reader);
  return seen.reach === "organization" || seen.userId === userId;
};
