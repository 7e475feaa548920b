import { AuthError } from "../../auth-error.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf } from "../../organizations/actor.ts";

/** Whose grants are meant, and in which organization. */
export interface GrantTarget {
  readonly organizationId: string;
  readonly userId: string;
}

interface Asked extends Params {
  readonly caller: Caller;
  readonly input: { readonly organizationId?: string | undefined };
}

/** The person of the path, in the organization that was named or else is the caller's. */
export const grantTarget = ({ params, caller, input }: Asked): GrantTarget => {
  const organizationId = input.organizationId ?? actorOf(caller).organizationId;
  if (organizationId === undefined) throw new AuthError("forbidden");
  return { organizationId, userId: params.userId ?? "" };
};

/** When a grant ends; null: it does not. Refuses a time that has passed. */
export const endOfGrant = (expiresAt: string | null, now: Date, field: string): Date | null => {
  const ends = expiresAt === null ? null : new Date(expiresAt);
  if (ends !== null && ends <= now)
    throw new AuthError("invalid_request", { issues: [{ field, expected: "an end in the future" }] });
  return ends;
};
