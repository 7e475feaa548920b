import { isRole, roles } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { makeInvitation } from "../../invitations/make-invitation.ts";
import { auditActor } from "../actor.ts";
import { topRole, mayGrant, standingRole, type RankedActor } from "../authority.ts";
import { administer, type LockedOrganization } from "../store.ts";
import { memberAnswer } from "./member-answer.ts";
import {
  deleteMember,
  lockMember,
  leaveOrganization,
  requireAnotherTopMember,
  updateMember,
  type MembershipRow,
} from "./store.ts";

interface Change extends HttpExchange, Params {
  readonly caller: Caller;
}

const userId = z.string().regex(/^usr_[a-z0-9_]{1,60}$/);

export const AddMemberInput = z.strictObject({ userId, role: z.enum(roles) });
export type AddMemberInput = z.infer<typeof AddMemberInput>;

/** Invites an account by its id: it becomes a member when the person says yes. */
export const addMember = (exchange: Change & { readonly input: AddMemberInput }): Promise<HttpAnswer> =>
  makeInvitation(exchange, { role: exchange.input.role, to: { userId: exchange.input.userId } });

/** The member, if the actor may touch their membership at all. */
const changeable = async (
  { client, organization, actor }: LockedOrganization & { readonly actor: RankedActor },
  memberId: string,
): Promise<MembershipRow> => {
  const member = await lockMember(client, organization.id, memberId);
  if (!member) throw new AuthError("member_not_found");
  const role = standingRole(isRole(member.role) ? member.role : "guest", organization.kind);
  if (!mayGrant(actor, role, organization.kind)) throw new AuthError("role_not_grantable");
  return member;
};

export const ChangeMemberInput = z
  .strictObject({ role: z.enum(roles).optional(), status: z.enum(["active", "suspended"]).optional() })
  .refine(({ role, status }) => role !== undefined || status !== undefined, { error: "a role or a status" });

/** Changes a membership's role or status. Both the old role and the new must be the actor's to give. */
export const changeMember = async (exchange: Change & { readonly input: ChangeMemberInput }): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const { id: organizationId = "", userId: memberId = "" } = params;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  const changed = await administer(context.db, { organizationId, session: caller.session }, async (held) => {
    const { client, organization, actor } = held;
    const member = await changeable(held, memberId);
    if (input.role !== undefined && !mayGrant(actor, input.role, organization.kind))
      throw new AuthError("role_not_grantable");
    const change = { role: input.role ?? member.role, status: input.status ?? member.status };
    const topRoleHere = topRole(organization.kind);
    if (member.role === topRoleHere && (change.role !== topRoleHere || change.status !== "active"))
      await requireAnotherTopMember(held, memberId);
    await updateMember(client, member, change, by, now);
    return lockMember(client, organizationId, memberId);
  });
  if (!changed) throw new AuthError("internal");
  return okAnswer(memberAnswer(changed));
};
export type ChangeMemberInput = z.infer<typeof ChangeMemberInput>;

/** Ends a membership; everyone may end their own. */
export const removeMember = async (exchange: Change): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const { id: organizationId = "", userId: memberId = "" } = params;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  if (memberId === caller.session.user.id) {
    if (!(await leaveOrganization(context.db, organizationId, memberId, by, now)))
      throw new AuthError("member_not_found");
    return okAnswer({ organizationId, userId: memberId, removed: true });
  }
  await administer(context.db, { organizationId, session: caller.session }, async (held) => {
    const member = await changeable(held, memberId);
    if (member.role === topRole(held.organization.kind)) await requireAnotherTopMember(held, memberId);
    await deleteMember(held.client, member, by, now);
  });
  return okAnswer({ organizationId, userId: memberId, removed: true });
};
