import { createHash, createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import type { Dialect } from "../../_wire/dialect.ts";
import { serviceAccountOf, type ServiceAccountKey } from "./service-account.ts";

/** https://cloud.google.com/vertex-ai/docs/general/access-control: the scope of all of Google Cloud; roles say what may be done. */
const scope = "https://www.googleapis.com/auth/cloud-platform";

const livesSeconds = 3_600;
/** One that is about to end is not begun with. */
const marginMs = 300_000;
const mostKept = 1_000;

interface SignedToken {
  readonly value: Promise<string>;
  /** Wall clock, ms. */
  readonly until: number;
}

const kept = new Map<string, SignedToken>();

const signed = async (key: ServiceAccountKey, seconds: number): Promise<string> =>
  new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: key.private_key_id })
    .setIssuer(key.client_email)
    .setSubject(key.client_email)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + livesSeconds)
    .sign(createPrivateKey(key.private_key));

/**
 * The access token of a service account, which it signs itself: https://google.aip.dev/auth/4111. Nobody is asked for one, so
 * that no second host sees the key. It is kept in this process for as long as it lasts; the key is not.
 */
const tokenOf = (text: string, now: number): Promise<string> => {
  const owner = createHash("sha256").update(text).digest("base64");
  const known = kept.get(owner);
  if (known !== undefined && now < known.until && now > known.until - livesSeconds * 1_000) return known.value;
  const key = serviceAccountOf(text);
  if (key === undefined) return Promise.resolve("");
  // A clock that is a little ahead of Google's would sign for the future.
  const value = signed(key, Math.floor(now / 1_000) - 10);
  if (kept.size >= mostKept) kept.clear();
  kept.set(owner, { value, until: now + livesSeconds * 1_000 - marginMs });
  value.catch(() => kept.delete(owner));
  return value;
};

/** A bearer token over nothing but itself. */
export const signForVertex: NonNullable<Dialect["sign"]> = async ({ now }, { serviceAccount = "" }) => {
  const token = await tokenOf(serviceAccount, now);
  return { authorization: `Bearer ${token}` };
};
