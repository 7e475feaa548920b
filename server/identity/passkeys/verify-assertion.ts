import type { PoolClient } from "pg";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { notifyAddress } from "../sign-in-methods/notify-owner.ts";
import { isPasskeyKept } from "../sign-in-methods/store.ts";
import { redeemChallenge, type ChallengeBinding } from "./challenge.ts";
import { expectedOrigin } from "./expected-origin.ts";
import type { AssertionInput, PresentedPasskey } from "./passkey-input.ts";
import { findCredential, notePasskeyUse, type Challenge, type PasskeyCredentialRow } from "./store.ts";

/** A passkey that was shown and is right. */
export interface VerifiedPasskey {
  readonly id: string;
  readonly userId: string;
  /** Status of the account. */
  readonly status: string;
  readonly userVerified: boolean;
  /** Key and presence, RFC 8176; with user verification it is two factors in one. */
  readonly amr: readonly string[];
}

type Reason = "challenge" | "credential" | "owner" | "response";

interface Verify {
  readonly shown: PresentedPasskey;
  readonly binding: ChallengeBinding;
  /** Whose passkey it must be; undefined where the passkey says who signs in. */
  readonly ownerId?: string | undefined;
}

const refuse = async (
  { context, request }: HttpExchange,
  { binding }: Verify,
  reason: Reason,
  credential?: PasskeyCredentialRow,
): Promise<never> => {
  const event = {
    actorType: "anonymous",
    action: "passkey.use",
    target: credential?.userId ?? binding.userId,
    outcome: "failure",
    ip: request.ip,
    requestId: request.requestId,
    details: { purpose: binding.purpose, reason },
  } as const;
  await recordAudit(context.db.pool, event, new Date(context.clock.now()));
  throw new AuthError("passkey_invalid");
};

/** The library's input type, which knows no null. */
const libraryResponse = ({ response: { userHandle, ...response }, ...credential }: AssertionInput) => ({
  ...credential,
  response: typeof userHandle === "string" ? { ...response, userHandle } : response,
});

const checkSignature = async (
  exchange: HttpExchange,
  response: AssertionInput,
  challenge: Challenge,
  credential: PasskeyCredentialRow,
) => {
  const origin = await expectedOrigin(exchange, response.response.clientDataJSON);
  if (origin === undefined) return undefined;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: libraryResponse(response),
      expectedChallenge: (value) => equalDigests(sha256(value), challenge.hash),
      expectedOrigin: origin,
      expectedRPID: exchange.context.relyingParty.id,
      requireUserVerification: false,
      // The count is compared where it is stored, once the signature is known to be right.
      credential: { id: credential.id, publicKey: new Uint8Array(credential.publicKey), counter: 0 },
    });
    // Whether a passkey may be copied is decided when it is made (WebAuthn §7.2, step 19): one that says otherwise is another.
    return verified && authenticationInfo.credentialDeviceType === credential.deviceType
      ? authenticationInfo
      : undefined;
  } catch {
    return undefined;
  }
};

const isOwners = (
  { response }: AssertionInput,
  { userId }: PasskeyCredentialRow,
  ownerId: string | undefined,
): boolean => {
  if (ownerId !== undefined && ownerId !== userId) return false;
  if (typeof response.userHandle !== "string") return ownerId !== undefined;
  return Buffer.from(response.userHandle, "base64url").toString("utf8") === userId;
};

/** Checks a passkey against its challenge and notes the use; throws `passkey_invalid`, whatever was wrong. */
export const verifyAssertion = async (exchange: HttpExchange, verify: Verify): Promise<VerifiedPasskey> => {
  const { context, request } = exchange;
  const { shown, binding, ownerId } = verify;
  const challenge = await redeemChallenge(exchange, shown.challengeId, binding);
  if (!challenge) return refuse(exchange, verify, "challenge");
  const credential = await findCredential(context.db, shown.response.id);
  if (!credential) return refuse(exchange, verify, "credential");
  if (!isOwners(shown.response, credential, ownerId)) return refuse(exchange, verify, "owner", credential);
  const info = await checkSignature(exchange, shown.response, challenge, credential);
  if (!info) return refuse(exchange, verify, "response", credential);
  const { userVerified, newCounter: signCount, credentialBackedUp: backedUp } = info;
  const use = { credential, signCount, backedUp, userVerified, purpose: binding.purpose };
  const now = new Date(context.clock.now());
  const noted = await notePasskeyUse(context.db, use, {
    now,
    origin: { ip: request.ip, requestId: request.requestId },
    tell: notifyAddress(exchange, credential.email, "passkey-uncounted"),
  });
  if (!noted) throw new AuthError("passkey_invalid");
  context.outbox.flush();
  const key = credential.deviceType === "singleDevice" ? "hwk" : "swk";
  return {
    id: credential.id,
    userId: credential.userId,
    status: credential.status,
    userVerified,
    amr: [key, "user", ...(userVerified ? ["mfa"] : [])],
  };
};

/** For the transaction of what it opens: somebody may have dropped the passkey since it was shown, and ended all sessions. */
export const requirePasskey = async (client: PoolClient, { id, userId }: VerifiedPasskey): Promise<void> => {
  if (!(await isPasskeyKept(client, id, userId))) throw new AuthError("passkey_invalid");
};
