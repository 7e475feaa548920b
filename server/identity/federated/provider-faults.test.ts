import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";
import { startGithubServer, type GithubFault, type GithubServer } from "../../../test/github-server.ts";

const unavailable = "303 /sign-in?error=provider_unavailable";

let auth: TestAuth;
let github: GithubServer;
let issuer: Server;
let issuerUrl: string;
let inner: Server;
let innerUrl: string;
let innerCalls = 0;
let metadata: (() => { readonly status: number; readonly type: string; readonly body: string }) | undefined;
let browser: ReturnType<typeof federatedBrowser>;

const listen = async (server: Server, host: string): Promise<string> => {
  server.listen(0, host);
  await once(server, "listening");
  return `http://${host}:${(server.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  github = await startGithubServer();
  issuer = createServer((_, response) => {
    const answer = metadata?.();
    if (answer) response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
  issuerUrl = await listen(issuer, "localhost");
  inner = createServer((_, response) => {
    innerCalls += 1;
    response.end("{}");
  });
  innerUrl = await listen(inner, "127.0.0.1");
  auth = await startTestAuth({
    federated: {
      google: { clientId: "topolo", clientSecret: "a secret", issuer: issuerUrl },
      github: {
        clientId: github.clientId,
        clientSecret: github.clientSecret,
        url: github.url,
        apiUrl: `${github.url}/api/v3`,
      },
      timeoutMs: 400,
    },
  });
  browser = federatedBrowser(auth);
});
afterEach(() => {
  metadata = undefined;
  github.fail(undefined);
});
afterAll(async () => {
  await auth.close();
  await github.close();
  for (const server of [issuer, inner]) {
    server.closeAllConnections();
    server.close();
  }
});

const written = async () => {
  const { rows } = await auth.pool.query(
    `select (select count(*)::int from auth.users) as users, (select count(*)::int from auth.sessions) as sessions,
       (select count(*)::int from auth.federated_identities) as identities,
       (select count(*)::int from auth.verification_tokens where purpose = 'federated' and consumed_at is null) as flows`,
  );
  return rows[0];
};
const good = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    issuer: issuerUrl,
    authorization_endpoint: `${issuerUrl}/authorize`,
    token_endpoint: `${issuerUrl}/token`,
    jwks_uri: `${issuerUrl}/jwks`,
    ...changes,
  });
const json = "application/json";

test.each([
  ["hangs", undefined],
  ["answers HTML", () => ({ status: 200, type: "text/html", body: "<h1>Hello</h1>" })],
  ["answers HTML as JSON", () => ({ status: 200, type: json, body: "<h1>Hello</h1>" })],
  ["answers a cut text", () => ({ status: 200, type: json, body: good().slice(0, 40) })],
  ["answers 500", () => ({ status: 500, type: json, body: "{}" })],
  ["answers 404", () => ({ status: 404, type: json, body: "{}" })],
  ["answers too much", () => ({ status: 200, type: json, body: good({ padding: "x".repeat(600_000) }) })],
] as const)("a provider whose metadata %s is unavailable, and nothing is written", async (_, answer) => {
  metadata = answer;
  const before = await written();
  const opened = await browser.open("google");
  expect(placeOf(opened)).toBe(unavailable);
  expect(opened.headers.getSetCookie()).toEqual([]);
  expect(await written()).toEqual(before);
});

test("metadata of another issuer is refused; after a failure the next attempt asks again", async () => {
  metadata = () => ({ status: 200, type: json, body: good({ issuer: "https://evil.example" }) });
  expect(placeOf(await browser.open("google"))).toBe("303 /sign-in?error=federated_failed");
  metadata = () => ({ status: 200, type: json, body: good({ authorization_endpoint: "javascript:alert(1)" }) });
  expect(placeOf(await browser.open("google"))).toBe(unavailable);
});

test.each([
  ["another port of this machine", () => innerUrl],
  ["the machine by another name", () => innerUrl.replace("127.0.0.1", "localhost")],
  ["the machine by number", () => innerUrl.replace("127.0.0.1", "2130706433")],
  ["a private network", () => "http://10.0.0.1"],
  ["the cloud's metadata service", () => "http://169.254.169.254"],
  ["a private network over TLS", () => "https://192.168.0.1"],
  ["a bare name", () => "https://internal"],
])("SSRF: metadata cannot lead Auth to %s", async (_, addressOf) => {
  const separate = await startTestAuth({
    federated: { google: { clientId: "topolo", clientSecret: "a secret", issuer: issuerUrl }, timeoutMs: 400 },
  });
  try {
    metadata = () => ({ status: 200, type: json, body: good({ token_endpoint: `${addressOf()}/token` }) });
    const visitor = federatedBrowser(separate);
    const { url, cookie } = await visitor.start("google");
    const back = new URL("http://localhost:3001/federated/google/callback");
    back.search = new URLSearchParams({ code: "x", state: new URL(url).searchParams.get("state") ?? "" }).toString();
    expect(placeOf(await visitor.finish(back, cookie))).toBe(unavailable);
    expect(innerCalls).toBe(0);
  } finally {
    await separate.close();
  }
});

test("SSRF: metadata cannot send the browser into a private network", async () => {
  const separate = await startTestAuth({
    federated: { google: { clientId: "topolo", clientSecret: "a secret", issuer: issuerUrl }, timeoutMs: 400 },
  });
  try {
    metadata = () => ({ status: 200, type: json, body: good({ authorization_endpoint: "http://10.0.0.1/authorize" }) });
    expect(placeOf(await federatedBrowser(separate).open("google"))).toBe(unavailable);
  } finally {
    await separate.close();
  }
});

test.each(["hang", "html", "error", "reset"] as const)(
  "a provider that fails by %s at the code signs nobody in and writes nothing",
  async (fault: GithubFault) => {
    const { url, cookie } = await browser.start("github");
    const user = { id: 7, login: "ann", emails: [{ email: "fault@example.net", primary: true, verified: true }] };
    const back = github.authorize(url, user);
    github.fail(fault);
    const before = await written();
    expect(placeOf(await browser.finish(back, cookie))).toBe(unavailable);
    expect(await written()).toEqual({ ...before, flows: before.flows - 1 });
    github.fail(undefined);
    expect(placeOf(await browser.finish(back, cookie))).toBe("303 /sign-in?error=federated_failed");
  },
);

test("an empty token response signs nobody in", async () => {
  const { url, cookie } = await browser.start("github");
  const back = github.authorize(url, { id: 8, login: "ann", emails: [] });
  github.fail("empty");
  expect(placeOf(await browser.finish(back, cookie))).toBe("303 /sign-in?error=federated_failed");
});

test("a provider that is down is unavailable", async () => {
  const gone = createServer();
  const url = await listen(gone, "localhost");
  gone.close();
  const separate = await startTestAuth({
    federated: { google: { clientId: "topolo", clientSecret: "a secret", issuer: url }, timeoutMs: 400 },
  });
  try {
    expect(placeOf(await federatedBrowser(separate).open("google"))).toBe(unavailable);
  } finally {
    await separate.close();
  }
});
