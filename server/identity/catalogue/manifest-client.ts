import { z } from "zod";
import { ClientKeys, keyIssues } from "./client-keys.ts";
import { displayName } from "../../platform/display-name.ts";

const loopback = new Set(["127.0.0.1", "[::1]"]);
const privateScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/;

const parse = (text: string): URL | undefined => {
  const url = URL.parse(text);
  // One spelling: what the parser would change could compare unequal to what a browser sends.
  return url && url.href === text && url.hash === "" && url.username === "" && url.password === "" ? url : undefined;
};

const isWebAddress = (text: string): boolean => {
  const url = parse(text);
  return url !== undefined && (url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "localhost"));
};

const isNativeAddress = (text: string): boolean => {
  const url = parse(text);
  if (url === undefined) return false;
  return url.protocol === "http:" ? loopback.has(url.hostname) : privateScheme.test(url.protocol);
};

const address = z.string().max(500);
const addresses = z.array(address).max(20);

/** `srv_nexus.ai:invoke`. */
export const permissionForm = /^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/;

export const handoffGrantType = "urn:topolo:params:oauth:grant-type:handoff-code";
export const deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** A client through which a service signs people in. Public and native ones hold no secret; all use PKCE. */
export const ManifestClient = z
  .strictObject({
    client_id: z.string().regex(/^[a-z][a-z0-9_-]{2,62}$/),
    name: displayName().min(1).optional(),
    type: z.enum(["public", "confidential", "native"]),
    redirect_uris: addresses,
    post_logout_redirect_uris: addresses,
    grant_types: z.array(
      z.enum(["authorization_code", "refresh_token", "client_credentials", deviceGrantType, handoffGrantType]),
    ),
    scopes: z
      .array(z.string().max(200).regex(permissionForm))
      .max(50)
      .optional()
      .describe("Permissions that people can grant a third party's app, for example `srv_nexus.ai:invoke`"),
    token_endpoint_auth_method: z
      .enum(["client_secret_basic", "private_key_jwt"])
      .optional()
      .describe("How a confidential client shows itself; `client_secret_basic` unless said otherwise"),
    jwks: ClientKeys.optional().describe("The public keys of a client with `private_key_jwt`"),
    jwks_uri: address.optional().describe("Where those keys are, instead of the keys themselves"),
    require_pushed_authorization_requests: z
      .boolean()
      .optional()
      .describe("It begins no sign-in but by a pushed request (RFC 9126)"),
    dpop_bound_access_tokens: z
      .boolean()
      .optional()
      .describe("Its tokens are bound to a key of its own (RFC 9449), and it gets none without a proof"),
    backchannel_logout_uri: address.optional().describe("Where logout tokens are posted"),
  })
  .superRefine((client, context) => {
    for (const issue of keyIssues(client)) context.addIssue(issue);
    const { type, client_id: id, grant_types: grants } = client;
    // Ids of people and sessions begin so; a client must never pass for one.
    if (/^(usr|ses|org|key)_/.test(id)) context.addIssue("a client id must not look like another kind of id");
    const good = type === "native" ? isNativeAddress : isWebAddress;
    for (const uri of [...client.redirect_uris, ...client.post_logout_redirect_uris])
      if (!good(uri)) context.addIssue(`${uri} is no address for a ${type} client`);
    if (client.jwks_uri !== undefined && !isWebAddress(client.jwks_uri))
      context.addIssue("keys are at https, or at localhost");
    if (client.backchannel_logout_uri !== undefined && !isWebAddress(client.backchannel_logout_uri))
      context.addIssue("logout tokens are posted to https, or to localhost");
    if (grants.includes("authorization_code") && client.redirect_uris.length === 0)
      context.addIssue("the authorization code needs a redirect address");
    if (grants.includes("client_credentials") && type !== "confidential")
      context.addIssue("only a confidential client has credentials of its own");
  });
export type ManifestClient = z.infer<typeof ManifestClient>;
