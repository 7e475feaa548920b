import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { challengeMs, issueChallenge, type ChallengeBinding } from "./challenge.ts";
import type { PasskeyRow } from "./store.ts";

/** What `navigator.credentials.get()` is called with; without known passkeys the person chooses one. */
export const requestOptions = async (
  exchange: HttpExchange,
  binding: ChallengeBinding,
  known: readonly PasskeyRow[] = [],
): Promise<HttpAnswer> => {
  const challenge = await issueChallenge(exchange, binding);
  const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
  const options = await generateAuthenticationOptions({
    rpID: exchange.context.relyingParty.id,
    challenge: new Uint8Array(Buffer.from(challenge.value, "base64url")),
    timeout: challengeMs,
    userVerification: "preferred",
    ...(known.length === 0
      ? {}
      : { allowCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })) }),
  });
  return okAnswer({ challengeId: challenge.id, options });
};
