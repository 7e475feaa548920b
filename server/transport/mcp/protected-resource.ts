import type { OpenDoor } from "../dispatch.ts";
import { mcpTools } from "./mcp-tools.ts";

/** Where the MCP server is. */
export const mcpPath = "/mcp";

/** Where clients of MCP read who lets them in (RFC 9728). */
export const metadataPath = `/.well-known/oauth-protected-resource${mcpPath}`;

/** The origins of this deployment that clients have to know. */
export interface PublicOrigins {
  readonly publicUrl: string;
  readonly authUrl: string;
}

/** What a client has to be granted for every tool to work. */
const scopes = (): readonly string[] => [...new Set(mcpTools().flatMap(({ permissions }) => permissions))].sort();

/** `GET /.well-known/oauth-protected-resource/mcp`, without a credential: who signs people in, and for what. */
export const protectedResourceDoor =
  ({ publicUrl, authUrl }: PublicOrigins): OpenDoor =>
  () => ({
    status: 200,
    headers: {
      "content-type": "application/json",
      "cache-control": "public, max-age=300",
      // It is public, and clients in browsers read it before they are let in.
      "access-control-allow-origin": "*",
    },
    body: JSON.stringify({
      resource: `${publicUrl}${mcpPath}`,
      authorization_servers: [authUrl],
      scopes_supported: scopes(),
      bearer_methods_supported: ["header"],
      dpop_signing_alg_values_supported: ["ES256", "Ed25519", "EdDSA"],
      resource_name: "Topolo Nexus",
      resource_documentation: `${publicUrl}/docs/guides/assistants`,
    }),
  });

/** What a caller without a valid credential is told to do (RFC 6750, RFC 9728). */
export const signInChallengeOf = ({ publicUrl }: PublicOrigins, wasPresented: boolean): string =>
  [
    `Bearer resource_metadata="${publicUrl}${metadataPath}"`,
    `scope="${scopes().join(" ")}"`,
    ...(wasPresented ? ['error="invalid_token"'] : []),
    'DPoP algs="ES256 Ed25519 EdDSA"',
  ].join(", ");
