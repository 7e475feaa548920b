import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import type { HttpAnswer } from "../../http/exchange.ts";
import { isSessionClaims } from "../../signing/access-token.ts";
import { isRefusal } from "../../validation/refusal.ts";
import { addRevokedToken } from "./store.ts";
import { forSignedTokens, oauthError, type AskedToken } from "./token-form.ts";

const done: HttpAnswer = { status: 200, text: "" };

const revokeSigned = async ({ request, context, token, client }: AskedToken): Promise<HttpAnswer> => {
  const claims = await context.tokens.verify(token);
  // What is not good any more needs no revoking.
  if (isRefusal(claims)) return done;
  if (claims.client_id !== client.clientId) return oauthError(400, "invalid_request");
  const now = new Date(context.clock.now());
  await inTransaction(context.db.pool, async (connection) => {
    await addRevokedToken(connection, {
      jti: claims.jti,
      sessionId: isSessionClaims(claims) ? claims.sid : undefined,
      expiresAt: new Date(claims.exp * 1000),
    });
    await recordAudit(
      connection,
      {
        actorType: "service",
        actorId: client.clientId,
        action: "access-token.revoke",
        target: claims.jti,
        ip: request.ip,
        requestId: request.requestId,
      },
      now,
    );
  });
  return done;
};

/** RFC 7009: ends a token before its time, if it is the client's own. */
export const revoke = forSignedTokens(revokeSigned);
