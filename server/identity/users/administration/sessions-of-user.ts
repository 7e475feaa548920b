import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../../http/exchange.ts";
import { auditActor } from "../../organizations/actor.ts";
import { personToActOn, requireActiveOrganization, type OfPerson } from "./acting-on-person.ts";
import { endUserSessions } from "./sessions/store.ts";
import { listLiveSessionRows } from "./store.ts";

/** Sessions of another person: those whose active organization is one's own; operators see all. */
export const listUserSessions = async (exchange: OfPerson): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const { person, within } = await personToActOn(exchange);
  const rows = await listLiveSessionRows(context.db, person.id, within, new Date(context.clock.now()));
  return okAnswer({
    userId: person.id,
    sessions: rows.map((row) => ({
      id: row.id,
      current: row.id === caller.session.sessionId,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      ip: row.ip,
      userAgent: row.user_agent,
      amr: row.amr,
      organizationId: row.active_organization_id,
    })),
  });
};

const end = async (exchange: OfPerson, sessionId: string | undefined): Promise<readonly string[]> => {
  const { context, caller } = exchange;
  const { person, within } = await personToActOn(exchange);
  requireActiveOrganization(caller);
  const by = { ...auditActor(exchange, caller), organizationId: within ?? caller.session.organization?.id };
  const which = { userId: person.id, sessionId, organizationId: within };
  return endUserSessions(
    context.db,
    which,
    (client, ended, now) =>
      recordAudit(client, { ...by, action: "session.revoke", target: person.id, details: { sessions: ended } }, now),
    new Date(context.clock.now()),
  );
};

/** Ends one session of the person; one that is not theirs, or not of this organization, looks like none. */
export const endUserSession = async (exchange: OfPerson): Promise<HttpAnswer> => {
  const sessionId = exchange.params.id ?? "";
  if ((await end(exchange, sessionId)).length === 0) throw new AuthError("session_not_found");
  return okAnswer({ id: sessionId, revoked: true });
};

/** Ends all sessions of the person within reach. */
export const endAllUserSessions = async (exchange: OfPerson): Promise<HttpAnswer> =>
  okAnswer({ revoked: (await end(exchange, undefined)).length });
