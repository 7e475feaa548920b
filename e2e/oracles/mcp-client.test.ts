import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type OAuthTokens,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { startDocumentServer, type DocumentServer } from "../../test/document-server.ts";
import { freePorts } from "../../test/free-ports.ts";
import { allowAt } from "../../test/oauth-browser.ts";

// The protocol's own client knows the address of the MCP server and nothing else: it finds Topolo Auth, sends a person there,
// and asks with what that person has granted.

let auth: TestAuth;
let nexus: ConsumingGateway;
let site: DocumentServer;
let user: TestUser;
let cookie: string;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  site = await startDocumentServer();
  auth = await startIssuingAuth({
    localAddresses: true,
    clientAllow: [site.host],
    dashboardOrigin: `http://localhost:${port}`,
  });
  user = await auth.addUser({ role: "owner" });
  ({ cookie } = await auth.login(user));
  const answer = await auth.call("PUT", "/api/organizations/org_topolo/unregistered-apps", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { policy: "listed", hosts: [site.host] },
  });
  expect(answer.status).toBe(200);
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret, port });
}, 60_000);
afterAll(async () => {
  await nexus.close();
  site.close();
  await auth.close();
});

/** What an assistant's program keeps, and where it sends the person. */
class Assistant implements OAuthClientProvider {
  readonly redirectUrl = `${site.origin}/callback`;
  readonly clientMetadata = { redirect_uris: [this.redirectUrl] };
  readonly #clientId = site.describe("/assistant.json");
  #tokens: OAuthTokens | undefined;
  #verifier = "";
  #discovered: OAuthDiscoveryState | undefined;
  sentTo: URL | undefined;

  /** In the field an https address, which the client would take up by itself. */
  clientInformation() {
    return { client_id: this.#clientId };
  }
  tokens() {
    return this.#tokens;
  }
  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(address: URL): void {
    this.sentTo = address;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }
  discoveryState() {
    return this.#discovered;
  }
}

const noAddress = new URL("http://localhost");

test("a token is asked for the MCP server, and for no other resource", async () => {
  const assistant = new Assistant();
  const transport = new StreamableHTTPClientTransport(new URL(`http://localhost:${nexus.port}/mcp`), {
    authProvider: assistant,
  });
  await expect(new Client({ name: "assistant", version: "1.0.0" }).connect(transport)).rejects.toThrow(
    UnauthorizedError,
  );
  const { pathname, searchParams } = assistant.sentTo ?? noAddress;
  for (const resource of [`http://localhost:${nexus.port}/v1`, "http://elsewhere.example/mcp"]) {
    searchParams.set("resource", resource);
    const answer = await auth.call("GET", `${pathname}?${searchParams}`, { cookie });
    expect(answer.headers.get("location"), resource).toContain("error=invalid_target");
  }
});

test("a person signs in from the address alone; the tools act with what was granted, for as long as it is", async () => {
  const assistant = new Assistant();
  const transport = () =>
    new StreamableHTTPClientTransport(new URL(`http://localhost:${nexus.port}/mcp`), { authProvider: assistant });
  const client = () => new Client({ name: "assistant", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
  const first = transport();
  await expect(client().connect(first)).rejects.toThrow(UnauthorizedError);

  const { sentTo } = assistant;
  expect(sentTo?.origin).toBe(auth.url);
  expect(sentTo?.searchParams.get("resource")).toBe(`http://localhost:${nexus.port}/mcp`);
  const returned = await allowAt(auth, sentTo ?? noAddress, cookie, ["srv_nexus.usage:read", "srv_nexus.prices:read"]);
  await first.finishAuth(returned.searchParams);

  const signedIn = client();
  await signedIn.connect(transport());
  const calls = await signedIn.callTool({ name: "list_calls", arguments: {} });
  expect(calls.structuredContent).toMatchObject({ operations: [] });
  const price = await signedIn.callTool({
    name: "list_prices",
    arguments: { vendor: "openai", model: "gpt-4o-mini" },
  });
  expect(JSON.stringify(price.structuredContent)).toContain("gpt-4o-mini");
  const budgets = await signedIn.callTool({ name: "list_budgets", arguments: {} });
  expect(JSON.stringify(budgets.content)).toContain("SCOPE_DENIED");

  const ended = await auth.call(
    "DELETE",
    `/api/me/consents/${encodeURIComponent(assistant.clientInformation().client_id)}`,
    { cookie, headers: { "x-topolo-auth": "1" } },
  );
  expect(ended.body).toMatchObject({ ended: 1 });
  await expect(signedIn.callTool({ name: "list_calls", arguments: {} })).rejects.toThrow(UnauthorizedError);
});
