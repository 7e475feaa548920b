import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { notifyOwner } from "../sign-in-methods/notify-owner.ts";
import { carriesCertificates } from "./attestation.ts";
import { challengeMs, issueChallenge, redeemChallenge } from "./challenge.ts";
import { expectedOrigin } from "./expected-origin.ts";
import { passkeyAnswer } from "./manage-passkeys.ts";
import { challengeId, passkeyName, RegistrationResponse } from "./passkey-input.ts";
import { insertPasskey, listPasskeys, type Challenge } from "./store.ts";

export const NoInput = z.strictObject({});

/** Whether the browser makes the passkey without asking the person, as it may right after a sign-in by password. */
const automatic = z.boolean().default(false);
export const NewPasskeyInput = z.strictObject({ automatic });
export type NewPasskeyInput = z.infer<typeof NewPasskeyInput>;
export const RegisterPasskeyInput = z.strictObject({
  challengeId,
  response: RegistrationResponse,
  name: passkeyName,
  automatic,
});
export type RegisterPasskeyInput = z.infer<typeof RegisterPasskeyInput>;

export const maxPasskeys = 20;
/** EdDSA, ES256 and RS256, as COSE numbers them. */
const algorithms = [-8, -7, -257];
const transportForm = /^[a-z][a-z-]*$/;

interface ByCaller extends HttpExchange {
  readonly caller: Caller;
}

interface AskOptions extends ByCaller {
  readonly input: NewPasskeyInput;
}

interface Register extends ByCaller {
  readonly input: RegisterPasskeyInput;
}

const bindingOf = ({ caller, input }: AskOptions) =>
  ({
    purpose: input.automatic ? "upgrade" : "register",
    userId: caller.session.user.id,
    sessionId: caller.session.sessionId,
  }) as const;

/**
 * What `navigator.credentials.create()` is called with. The passkey must be discoverable, so that it signs in without a
 * name; user verification is asked for but may be missing: whether it took place counts at each sign-in.
 */
export const registrationOptions = async (exchange: AskOptions): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const { user } = caller.session;
  const known = await listPasskeys(context.db, user.id);
  const challenge = await issueChallenge(exchange, bindingOf(exchange));
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  const options = await generateRegistrationOptions({
    rpName: context.relyingParty.name,
    rpID: context.relyingParty.id,
    userID: new TextEncoder().encode(user.id),
    userName: user.email,
    userDisplayName: user.name,
    challenge: new Uint8Array(Buffer.from(challenge.value, "base64url")),
    timeout: challengeMs,
    attestationType: "none",
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    supportedAlgorithmIDs: algorithms,
  });
  return okAnswer({ challengeId: challenge.id, options });
};

const verify = async (exchange: Register, challenge: Challenge) => {
  const { context, input } = exchange;
  const origin = await expectedOrigin(exchange, input.response.response.clientDataJSON);
  if (origin === undefined) return undefined;
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  try {
    if (await carriesCertificates(input.response.response.attestationObject)) return undefined;
    const verified = await verifyRegistrationResponse({
      response: input.response,
      expectedChallenge: (value) => equalDigests(sha256(value), challenge.hash),
      expectedOrigin: origin,
      expectedRPID: context.relyingParty.id,
      requireUserVerification: false,
      // Nobody touches anything where the browser makes it by itself (WebAuthn §7.1, step 14).
      requireUserPresence: !input.automatic,
      supportedAlgorithmIDs: algorithms,
    });
    return verified.registrationInfo;
  } catch {
    return undefined;
  }
};

const refuse = async ({ context, request, caller }: Register): Promise<never> => {
  const { id } = caller.session.user;
  const event = {
    actorType: "user",
    actorId: id,
    action: "passkey.register",
    target: id,
    outcome: "failure",
    ip: request.ip,
    requestId: request.requestId,
  } as const;
  await recordAudit(context.db.pool, event, new Date(context.clock.now()));
  throw new AuthError("passkey_invalid");
};

/** Keeps a new passkey of the person signed in. */
export const registerPasskey = async (exchange: Register): Promise<HttpAnswer> => {
  const { context, request, caller, input } = exchange;
  const challenge = await redeemChallenge(exchange, input.challengeId, bindingOf(exchange));
  const info = challenge && (await verify(exchange, challenge));
  if (!info) return refuse(exchange);
  const stored = await insertPasskey(
    context.db,
    {
      id: info.credential.id,
      userId: caller.session.user.id,
      publicKey: info.credential.publicKey,
      signCount: info.credential.counter,
      transports: input.response.response.transports.filter((transport) => transportForm.test(transport)),
      deviceType: info.credentialDeviceType,
      backedUp: info.credentialBackedUp,
      aaguid: info.aaguid,
      name: input.name,
    },
    maxPasskeys,
    {
      now: new Date(context.clock.now()),
      origin: { ip: request.ip, requestId: request.requestId },
      tell: notifyOwner(exchange, "passkey-added"),
      sessionId: caller.session.sessionId,
    },
  );
  if (stored === "taken") return refuse(exchange);
  if (stored === "too_many") throw new AuthError("too_many_passkeys");
  context.outbox.flush();
  return { status: 201, json: passkeyAnswer(stored) };
};
