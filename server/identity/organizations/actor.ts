import type { AuthAuditEvent } from "../audit/store.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import type { RankedActor } from "./authority.ts";

/** The signed-in person as the rules of authority see them. */
export const actorOf = ({ session }: Caller): RankedActor => ({
  userId: session.user.id,
  organizationId: session.organization?.id,
  role: session.role,
  platformBypass: session.platformBypass,
});

/** Who acts, and from where, for the audit log. */
export const auditActor = (
  { request }: HttpExchange,
  { session }: Caller,
): Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId"> => ({
  actorType: "user",
  actorId: session.user.id,
  ip: request.ip,
  requestId: request.requestId,
});
