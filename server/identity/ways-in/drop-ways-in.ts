import { z } from "zod";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { lockSignInMethods } from "../sign-in-methods/store.ts";
import { dropWaysIn } from "./store.ts";
import { waysInDroppedEmail } from "./ways-in-dropped-email.ts";

export const DropWaysInInput = z.strictObject({
  organizationKeys: z
    .boolean()
    .default(true)
    .describe("Whether keys go as well that the person made for an organization they administer"),
});
export type DropWaysInInput = z.infer<typeof DropWaysInInput>;

const noticeMs = 7 * 24 * 3_600_000;

/** Drops every way into the account but the password and this session. */
export const dropOwnWaysIn = async ({
  context,
  request,
  caller,
  input,
}: HttpExchange & { readonly caller: Caller; readonly input: DropWaysInInput }): Promise<HttpAnswer> => {
  const { sessionId, user } = caller.session;
  const now = new Date(context.clock.now());
  const dropped = await inTransaction(context.db.pool, async (client) => {
    const ways = await lockSignInMethods(client, user.id, sessionId);
    // Nothing would be left that signs in; a reset by mail gives a password first.
    if (!ways.hasPassword) throw new AuthError("last_factor");
    const counts = await dropWaysIn(client, {
      userId: user.id,
      exceptSessionId: sessionId,
      organizationKeys: input.organizationKeys,
      reason: "ways_in_dropped",
      by: user.id,
      now,
    });
    await recordAudit(
      client,
      {
        actorType: "user",
        actorId: user.id,
        action: "user.ways-in-dropped",
        target: user.id,
        ip: request.ip,
        requestId: request.requestId,
        details: { ...counts },
      },
      now,
    );
    await context.outbox.put(client, {
      kind: "sign-in-ways.dropped",
      to: user.email,
      template: waysInDroppedEmail(context.issuer, counts),
      expiresAt: new Date(now.getTime() + noticeMs),
    });
    return counts;
  });
  context.outbox.flush();
  return okAnswer({ dropped });
};
