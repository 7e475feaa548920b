import { generateAuthenticationOptions } from "@simplewebauthn/server";
import { isoBase64URL } from "@simplewebauthn/server/helpers";
import { ok, type Answer, type Exchange } from "../http/exchange.ts";
import { challengeMs, issueChallenge, type ChallengeBinding } from "./challenge.ts";
import type { Passkey } from "./store.ts";

/** What `navigator.credentials.get()` is called with; without known passkeys the person chooses one. */
export const requestOptions = async (
  exchange: Exchange,
  binding: ChallengeBinding,
  known: readonly Passkey[] = [],
): Promise<Answer> => {
  const challenge = await issueChallenge(exchange, binding);
  const options = await generateAuthenticationOptions({
    rpID: exchange.context.relyingParty.id,
    challenge: isoBase64URL.toBuffer(challenge.value),
    timeout: challengeMs,
    userVerification: "preferred",
    ...(known.length === 0
      ? {}
      : { allowCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })) }),
  });
  return ok({ challengeId: challenge.id, options });
};
