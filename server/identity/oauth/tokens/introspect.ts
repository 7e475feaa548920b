import { okAnswer, type HttpAnswer } from "../../http/exchange.ts";
import { isSessionClaims, type AccessClaims } from "../../signing/access-token.ts";
import { isRefusal } from "../../validation/refusal.ts";
import { answerForClaims } from "../../validation/validate-access-token.ts";
import { forSignedTokens, oauthError, type AskedToken } from "./token-form.ts";

const inactive = { active: false };

/** A client may look at its own tokens, and at those meant for its service; one without a registration has none. */
const mayLook = ({ client }: AskedToken, claims: AccessClaims): boolean =>
  claims.client_id === client.clientId || (!client.document && claims.aud.includes(client.serviceId));

const introspectSigned = async (asked: AskedToken): Promise<HttpAnswer> => {
  const { context, token, client } = asked;
  // RFC 7662 §2.1: the caller must authenticate, or tokens could be guessed here.
  if (client.type !== "confidential") return oauthError(401, "invalid_client");
  const claims = await context.tokens.verify(token);
  if (isRefusal(claims) || !mayLook(asked, claims)) return okAnswer(inactive);
  const answer = await answerForClaims(context, claims, undefined);
  if (isRefusal(answer)) return okAnswer(inactive);
  const { iss, sub, aud, client_id, service_id, iat, exp, jti, cnf } = claims;
  return okAnswer({
    active: true,
    // Whoever asks checks the proof itself.
    token_type: cnf === undefined ? "Bearer" : "DPoP",
    ...(cnf === undefined ? {} : { cnf }),
    iss,
    sub,
    aud,
    client_id,
    service_id,
    iat,
    exp,
    jti,
    ...(isSessionClaims(claims)
      ? {
          sid: claims.sid,
          org_id: answer.organization?.id,
          role: answer.role ?? undefined,
          username: answer.user?.email ?? undefined,
          scope: claims.scope,
        }
      : {}),
  });
};

/** RFC 7662: says what `/validate` would, whatever the token says of itself. */
export const introspect = forSignedTokens(introspectSigned);
