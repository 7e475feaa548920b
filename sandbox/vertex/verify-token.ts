import { verify } from "node:crypto";
import { finiteNumberOf, objectOf, parseJson, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { sandboxPublicKey, sandboxServiceAccount } from "./sandbox-service-account.ts";

const partOf = (token: string, at: number): JsonObject =>
  objectOf(parseJson(Buffer.from(token.split(".")[at] ?? "", "base64url").toString("utf8")));

/** Whose a token says that it is. */
export const tokenIssuerOf = (token: string): string => stringOf(partOf(token, 1)["iss"]);

// https://google.aip.dev/auth/4111: signed by the account, for itself, for an hour at most, with a scope in place of an audience
const clockSkewSeconds = 60;
const longestSeconds = 3_600;

/** Why a token that a service account signed itself is not taken; undefined where it is. */
export function refusedToken(token: string, nowMs: number): string | undefined {
  const [header, payload, signature] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined) return "ACCESS_TOKEN_TYPE_UNSUPPORTED";
  const { alg, kid } = partOf(token, 0);
  if (alg !== "RS256" || kid !== sandboxServiceAccount.private_key_id) return "ACCOUNT_STATE_INVALID";
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify("sha256", signed, sandboxPublicKey, Buffer.from(signature, "base64url")))
    return "ACCESS_TOKEN_TYPE_UNSUPPORTED";
  const { iss, sub, iat, exp, scope } = partOf(token, 1);
  const [from, until, now] = [finiteNumberOf(iat) ?? 0, finiteNumberOf(exp) ?? 0, nowMs / 1_000];
  if (iss !== sandboxServiceAccount.client_email || sub !== iss) return "ACCESS_TOKEN_TYPE_UNSUPPORTED";
  if (until - from > longestSeconds || from > now + clockSkewSeconds || until < now - clockSkewSeconds)
    return "ACCESS_TOKEN_EXPIRED";
  return stringOf(scope).split(" ").includes("https://www.googleapis.com/auth/cloud-platform")
    ? undefined
    : "ACCESS_TOKEN_SCOPE_INSUFFICIENT";
}
