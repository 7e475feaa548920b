import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { CallingApp, Caller } from "../http/steps.ts";
import { judgeSession } from "../validation/live-session.ts";
import { findSession } from "../validation/store.ts";
import { sessionAnswer } from "./session-answer.ts";
import { setActiveOrganization } from "./store.ts";

export const SwitchOrganizationInput = z.strictObject({ organizationId: z.string().min(1).max(100) });
export type SwitchOrganizationInput = z.infer<typeof SwitchOrganizationInput>;

interface Switch extends HttpExchange {
  readonly caller: Caller;
  readonly service: CallingApp | undefined;
  readonly input: SwitchOrganizationInput;
}

/** Makes another organization the session's active one; it counts for access tokens issued before, too. */
export const switchOrganization = async ({ request, context, caller, service, input }: Switch): Promise<HttpAnswer> => {
  const { sessionId, user } = caller.session;
  const origin = { ip: request.ip, requestId: request.requestId };
  const now = context.clock.now();
  const there = judgeSession(await findSession(context.db, sessionId, input.organizationId), now);
  if (there === "organization_sign_in_required") throw new AuthError(there);
  const changed = await setActiveOrganization(
    context.db,
    sessionId,
    user.id,
    input.organizationId,
    new Date(now),
    origin,
  );
  if (!changed) throw new AuthError("organization_not_found");
  return okAnswer(await sessionAnswer(context, sessionId, service, caller.bearerExpiresAt));
};
