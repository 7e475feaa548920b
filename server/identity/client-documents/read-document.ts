import { z } from "zod";
import { unfitText } from "../../platform/outside-text.ts";
import { isPlainlySeen } from "../../platform/display-name.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { ClientKeys } from "../catalogue/client-keys.ts";
import { isLocalUrl, isRedirectUri } from "../catalogue/public-url.ts";
import { looksLikeOwnApp } from "../names/looks-like-own-app.ts";
import { refuseDocument, type DocumentRefusal, type DocumentRefusalCode } from "./document-refusal.ts";

const address = z.string().min(1).max(500);
const name = z.string().min(1).max(200);

/** What is read of a document; everything else in it is left alone, addresses of pictures and pages above all. */
const ClientDocument = z.looseObject({
  client_id: z.string(),
  client_name: z.string().max(200).optional(),
  application_type: z.string().max(50).optional(),
  redirect_uris: z.array(address).min(1).max(20),
  post_logout_redirect_uris: z.array(address).max(20).default([]),
  grant_types: z.array(name).max(20).default(["authorization_code"]),
  response_types: z.array(name).max(20).default(["code"]),
  // RFC 7591's default is a secret, which a document cannot have.
  token_endpoint_auth_method: z.string().max(100).default("none"),
  jwks: z.unknown().optional(),
  jwks_uri: address.optional(),
  scope: z.string().max(4_000).optional(),
  require_pushed_authorization_requests: z.boolean().default(false),
  dpop_bound_access_tokens: z.boolean().default(false),
});
type ClientDocument = z.infer<typeof ClientDocument>;

/** A client as its document describes it. */
export interface DescribedClient {
  readonly clientId: string;
  /** As it calls itself; nobody has checked that. */
  readonly claimedName: string | null;
  readonly type: "confidential" | "public" | "native";
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  /** What it may ask for; undefined: the document does not say. */
  readonly scopes: readonly string[] | undefined;
  readonly jwks: ClientKeys | null;
  readonly jwksUri: string | null;
  readonly pushedOnly: boolean;
  readonly keyBound: boolean;
}

interface Reading {
  readonly url: URL;
  readonly catalogue: Catalogue;
  /** Whether http on localhost counts, as while an installation is used for development. */
  readonly localAddresses: boolean;
}

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

const hasCode = ({ grant_types: grants, response_types: responses }: ClientDocument): boolean =>
  grants.includes("authorization_code") && responses.includes("code");

/** An app that is called back on the machine it runs on is a program there, whatever else it says. */
const typeOf = (document: ClientDocument, { url }: Reading): DescribedClient["type"] => {
  if (document.token_endpoint_auth_method === "private_key_jwt") return "confidential";
  const isNative =
    document.application_type === "native" ||
    document.redirect_uris.some((uri) => /^http:/i.test(uri) && URL.parse(uri)?.origin !== url.origin);
  return isNative ? "native" : "public";
};

/** Beside its own origin an app is called back on the machine it runs on alone: another site could be anybody's. */
const isOwnRedirect = (uri: string, type: DescribedClient["type"], { url, localAddresses }: Reading): boolean => {
  const isFormed = isRedirectUri(uri, type) || (localAddresses && isLocalUrl(uri));
  if (!isFormed) return false;
  const { origin, protocol } = new URL(uri);
  return origin === url.origin || (type === "native" && protocol === "http:");
};

const keysProblem = (document: ClientDocument, keys: ClientKeys | undefined, { url }: Reading): boolean => {
  const { token_endpoint_auth_method: method, jwks, jwks_uri: uri } = document;
  if (method === "none") return jwks !== undefined || uri !== undefined;
  if (jwks !== undefined) return keys === undefined || uri !== undefined;
  return uri === undefined || URL.parse(uri)?.origin !== url.origin;
};

const isName = (text: string, { catalogue }: Reading): boolean =>
  isPlainlySeen(text) && !looksLikeOwnApp(text, catalogue.services.values());

const problemOf = (
  document: ClientDocument,
  keys: ClientKeys | undefined,
  reading: Reading,
): DocumentRefusalCode | undefined => {
  if (document.client_id !== reading.url.href) return "client_id";
  if ("client_secret" in document || "client_secret_expires_at" in document) return "secret";
  if (!["none", "private_key_jwt"].includes(document.token_endpoint_auth_method)) return "auth_method";
  if (keysProblem(document, keys, reading)) return "keys";
  if (!hasCode(document)) return "grant_types";
  const type = typeOf(document, reading);
  const addresses = [...document.redirect_uris, ...document.post_logout_redirect_uris];
  if (!addresses.every((uri) => isOwnRedirect(uri, type, reading))) return "redirect_uris";
  if (document.client_name !== undefined && !isName(document.client_name, reading)) return "client_name";
  return undefined;
};

/** Reads a document by the rules of registered third parties, and stricter where nobody has looked at the client. */
export const readDocument = (bytes: Uint8Array, reading: Reading): DescribedClient | DocumentRefusal => {
  const json = parseJson(bytes);
  if (typeof json !== "object" || json === null || Array.isArray(json) || unfitText(json, "text"))
    return refuseDocument("json");
  const parsed = ClientDocument.safeParse(json);
  if (!parsed.success) return refuseDocument("metadata");
  const document = parsed.data;
  const keys = ClientKeys.safeParse(document.jwks);
  const problem = problemOf(document, keys.data, reading);
  if (problem) return refuseDocument(problem);
  return {
    clientId: reading.url.href,
    claimedName: document.client_name?.trim() || null,
    type: typeOf(document, reading),
    redirectUris: document.redirect_uris,
    postLogoutRedirectUris: document.post_logout_redirect_uris,
    grantTypes: document.grant_types.filter((grant) => ["authorization_code", "refresh_token"].includes(grant)),
    scopes: document.scope?.split(" "),
    jwks: keys.data ?? null,
    jwksUri: document.jwks_uri ?? null,
    pushedOnly: document.require_pushed_authorization_requests,
    keyBound: document.dpop_bound_access_tokens,
  };
};
