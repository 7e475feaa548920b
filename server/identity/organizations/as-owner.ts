import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { actorOf } from "./actor.ts";
import type { RankedActor } from "./authority.ts";
import { administer, type LockedOrganization } from "./store.ts";

/** A request of somebody signed in about the organization in the path. */
export interface OfOrganization extends HttpExchange, Params {
  readonly caller: Caller;
}

const isOwner = (actor: RankedActor, organizationId: string): boolean =>
  actor.platformBypass || (actor.organizationId === organizationId && actor.role === "owner");

/** What decides how an organization's people come and go is its owners' alone, and operators'. */
export const ownersOnly = ({ caller, params }: OfOrganization): void => {
  if (!isOwner(actorOf(caller), params["id"] ?? "")) throw new AuthError("forbidden");
};

/** Runs a change by an owner, whose role is read after the organization's row is held. */
export const asOwner = <T>(
  { context, params, caller }: OfOrganization,
  work: (held: LockedOrganization & { readonly actor: RankedActor }) => Promise<T>,
): Promise<T> => {
  const organizationId = params["id"] ?? "";
  return administer(context.db, { organizationId, session: caller.session }, (held) => {
    if (!isOwner(held.actor, organizationId)) throw new AuthError("forbidden");
    return work(held);
  });
};
