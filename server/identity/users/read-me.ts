import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { secondFactorAnswer } from "../second-factor/second-factor-answer.ts";
import { findFactorState } from "../second-factor/store.ts";
import { listMemberships } from "./store.ts";

/** The person signed in, the active organization, its permissions, and every organization they can switch to. */
export const readOwnAccount = async ({
  context,
  caller,
}: HttpExchange & { readonly caller: Caller }): Promise<HttpAnswer> => {
  const { session } = caller;
  const [memberships, factors] = await Promise.all([
    listMemberships(context.db, session.user.id),
    findFactorState(context.db.pool, session.user.id),
  ]);
  const { organization } = session;
  return okAnswer({
    user: session.user,
    sessionId: session.sessionId,
    organization: organization
      ? { id: organization.id, slug: organization.slug, name: organization.name, status: organization.status }
      : null,
    role: session.role ?? null,
    platformBypass: session.platformBypass,
    permissions: session.permissionSubject
      ? (await context.permissions.ofMember(session.permissionSubject)).permissions
      : [],
    secondFactor: secondFactorAnswer(factors),
    organizations: memberships,
  });
};
