import { hash } from "node:crypto";
import { ProviderError, type ProviderFailure, type VendorIo } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { isRecord, parseJson, stringAt } from "../../_wire/json.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { failure, retryAfterMsOf } from "../../_wire/vendor-failure.ts";

/** An access token of a client, by its credentials: https://developer.paypal.com/api/rest/authentication/ */
interface AccessToken {
  readonly value: string;
  /** By the clock that never goes back, ms. */
  readonly until: number;
}

/** Told to be valid for nine hours; one that is about to end is not begun with. */
const marginMs = 60_000;
const mostKept = 1_000;
const longestToken = 4_096;

const kept = new Map<string, AccessToken>();
const asked = new Map<string, Promise<AccessToken>>();

/** Whose token it is. The secret itself is not kept. */
const ownerOf = ({ credential, baseUrl }: VendorIo): string =>
  hash("sha256", JSON.stringify([baseUrl, credential["clientId"], credential["clientSecret"]]));

/** Whatever happened to the request for a token: of what was to be done nothing was sent. */
const notSent = (told: Omit<ProviderFailure, "kind" | "message" | "vendorRequestId" | "doubt">): ProviderError =>
  new ProviderError({
    ...told,
    kind: "not_sent",
    vendorRequestId: undefined,
    message:
      told.code === "PROVIDER_AUTH_FAILED"
        ? "The vendor refused the stored credential."
        : "The vendor gave no access token; nothing was sent.",
  });

const unavailable = { code: "PROVIDER_UNAVAILABLE", about: "route" } as const;

const readToken = (document: unknown, now: number): AccessToken | undefined => {
  const value = stringAt(document, "access_token");
  const seconds = isRecord(document) ? document["expires_in"] : undefined;
  if (value === undefined || value.length > longestToken || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  if (typeof seconds !== "number" || !(seconds > 0)) return undefined;
  return { value, until: now + seconds * 1_000 - marginMs };
};

/** A token that is asked for just now, whether or not one is kept. */
export const askForToken = async (io: VendorIo): Promise<AccessToken> => {
  const { clientId = "", clientSecret = "" } = io.credential;
  try {
    const now = performance.now();
    const { status, headers, body } = await io.send({
      method: "POST",
      path: "/v1/oauth2/token",
      headers: {
        accept: "application/json",
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      prepares: true,
    });
    const document = parseJson((await collectBody(body, { maxBytes: 65_536 })).toString("utf8"));
    const retryAfterMs = retryAfterMsOf(headers);
    if (status === 401 || status === 403)
      throw notSent({ code: "PROVIDER_AUTH_FAILED", about: "credential", status, retryAfterMs });
    if (status === 429) throw notSent({ code: "PROVIDER_RATE_LIMITED", about: "route", status, retryAfterMs });
    const token = status === 200 ? readToken(document, now) : undefined;
    if (token === undefined) throw notSent({ ...unavailable, status, retryAfterMs });
    return token;
  } catch (error) {
    const lost = transportFailure(error);
    if (lost === undefined) throw error;
    const { code, about, status, retryAfterMs } = lost.failure;
    throw lost.failure.kind === "not_sent" ? lost : notSent({ code, about, status, retryAfterMs });
  }
};

/** One request for a token at a time, whoever waits for it. */
const fetchToken = async (owner: string, io: VendorIo): Promise<AccessToken> => {
  const asking = askForToken(io);
  asked.set(owner, asking);
  try {
    const token = await asking;
    if (kept.size >= mostKept) kept.clear();
    kept.set(owner, token);
    return token;
  } finally {
    asked.delete(owner);
  }
};

/** Somebody else's request for the token: that its caller left is nothing to whoever waits. */
const awaitToken = async (asking: Promise<AccessToken>): Promise<AccessToken | undefined> => {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ProviderError && error.failure.code === "REQUEST_CANCELLED") return undefined;
    throw error;
  }
};

export interface TokenInHand {
  readonly value: string;
  /** It was asked for just now: whoever refuses it refuses the credential. */
  readonly fresh: boolean;
}

/** The token of a credential. It is kept for as long as PayPal says that it lasts, in this process alone. */
export const tokenOf = async (io: VendorIo): Promise<TokenInHand> => {
  const owner = ownerOf(io);
  for (let tries = 0; tries < 3; tries += 1) {
    const known = kept.get(owner);
    if (known !== undefined && performance.now() < known.until) return { value: known.value, fresh: false };
    const asking = asked.get(owner);
    const token = asking === undefined ? await fetchToken(owner, io) : await awaitToken(asking);
    if (token !== undefined) return { value: token.value, fresh: true };
  }
  throw failure({ kind: "not_sent", ...unavailable });
};

/** A token that was refused is not used again. */
export const forgetToken = (io: VendorIo, value: string): void => {
  const owner = ownerOf(io);
  if (kept.get(owner)?.value === value) kept.delete(owner);
};
