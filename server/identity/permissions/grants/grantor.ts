import { isRole } from "@topolo/auth-client";
import type { PoolClient } from "pg";
import { AuthError } from "../../auth-error.ts";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import { serviceOf } from "../../catalogue/catalogue.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { mayActOn, standingRole, type RankedActor } from "../../organizations/authority.ts";
import { lockMember } from "../../organizations/members/store.ts";
import { administer, type LockedOrganization } from "../../organizations/store.ts";
import { accessibleServices } from "../evaluate.ts";
import type { StatedGrants } from "../explain.ts";
import type { GrantTarget } from "./grant-target.ts";
import { loadStatedGrants } from "./store.ts";

/** Someone about to change what another person is given. */
export interface Granting {
  readonly client: PoolClient;
  readonly actor: RankedActor;
  readonly present: StatedGrants;
  readonly catalogue: Catalogue;
  readonly now: Date;
  /** Refuses permissions which the grantor does not hold or the organization may not use. */
  readonly requireGrantable: (permissions: readonly string[]) => void;
}

const refuse = (permission: string, expected: string): never => {
  throw new AuthError("permission_not_grantable", { issues: [{ field: permission, expected }] });
};

const requireTarget = async (
  { client, organization, actor }: LockedOrganization & { readonly actor: RankedActor },
  userId: string,
) => {
  const member = await lockMember(client, organization.id, userId);
  if (!member) throw new AuthError(actor.platformBypass ? "member_not_found" : "forbidden");
  const role = standingRole(isRole(member.role) ? member.role : "guest", organization.kind);
  // Nobody prolongs or widens what was given to them.
  if (!mayActOn(actor, role) || (userId === actor.userId && !actor.platformBypass)) throw new AuthError("forbidden");
};

/** Runs a change of grants under the rules of rank, of the grantor's own rights and of the organization's service access. */
export const grantTo = async <T>(
  { context, caller }: HttpExchange & { readonly caller: Caller },
  { organizationId, userId }: GrantTarget,
  work: (granting: Granting) => Promise<T>,
): Promise<T> => {
  const { session } = caller;
  // Read before the transaction, which must not wait for a second connection.
  const holds = new Set(
    session.permissionSubject ? (await context.permissions.ofMember(session.permissionSubject)).permissions : [],
  );
  const catalogue = await context.catalogues.recent();
  return administer(context.db, { organizationId, session }, async (held) => {
    const { client, actor } = held;
    await requireTarget(held, userId);
    // What the grantor holds was evaluated for the role the request came with.
    if (actor.role !== session.role || actor.organizationId !== session.organization?.id)
      throw new AuthError("forbidden");
    const now = new Date(context.clock.now());
    const present = await loadStatedGrants(client, organizationId, userId);
    const access = accessibleServices(present, now);
    return work({
      client,
      actor,
      present,
      catalogue,
      now,
      requireGrantable: (permissions) => {
        for (const permission of permissions) {
          if (!holds.has(permission)) refuse(permission, "a permission you hold yourself");
          if (!access.has(serviceOf(permission))) refuse(permission, "a service the organization may use");
        }
      },
    });
  });
};
