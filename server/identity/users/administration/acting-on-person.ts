import { isRole, outranks, type Role } from "@topolo/auth-client";
import { AuthError } from "../../auth-error.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf } from "../../organizations/actor.ts";
import { mayActOn, mayAdminister, standingRole } from "../../organizations/authority.ts";
import { findPerson, type PersonRow } from "./store.ts";

export interface OfPerson extends HttpExchange, Params {
  readonly caller: Caller;
}

/** The rank that counts against others' acts: the higher of the role here and a platform role. */
export const rankOf = ({ role, organization_kind, platform_role }: PersonRow): Role => {
  const here = standingRole(isRole(role) ? role : "guest", organization_kind ?? "standard");
  return isRole(platform_role) && outranks(platform_role, here) ? platform_role : here;
};

interface Acting {
  readonly person: PersonRow;
  /** The organization whose sessions may be seen and ended; undefined: those of all. */
  readonly within: string | undefined;
}

/** The person of the path, for operators and for those who administer the organization active in their session. */
export const personToActOn = async ({ context, params, caller }: OfPerson): Promise<Acting> => {
  const actor = actorOf(caller);
  const { organizationId, platformBypass } = actor;
  if (organizationId === undefined || !mayAdminister(actor, organizationId)) throw new AuthError("forbidden");
  const person = await findPerson(context.db.pool, params.userId ?? "", organizationId);
  if (!person && platformBypass) throw new AuthError("user_not_found");
  // Whether somebody elsewhere exists looks the same as whether anybody does.
  if (!person || (!platformBypass && person.role === null) || !mayActOn(actor, rankOf(person)))
    throw new AuthError("forbidden");
  return { person, within: platformBypass ? undefined : organizationId };
};

/** Those of a suspended organization change nothing. */
export const requireActiveOrganization = ({ session }: Caller): void => {
  if (session.organization?.status !== "active" && !session.platformBypass) throw new AuthError("workspace_suspended");
};
