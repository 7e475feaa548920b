import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDocumentApps, type DocumentApps } from "../../../test/document-apps.ts";
import type { DocumentServer } from "../../../test/document-server.ts";

let apps: DocumentApps;

beforeAll(async () => {
  apps = await openDocumentApps();
});
afterAll(() => apps.close());
beforeEach(() => apps.enter());

const unfit = String.fromCharCode(0);
const evil = "https://evil.example/cb";
const served: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ["names another client", { client_id: "https://app.example/other.json" }, /own address/],
  ["names no client", { client_id: undefined }, /wrong form/],
  ["asks for a secret by Basic", { token_endpoint_auth_method: "client_secret_basic" }, /neither none nor/],
  ["asks for a secret in the form", { token_endpoint_auth_method: "client_secret_post" }, /neither none nor/],
  ["asks for a shared key", { token_endpoint_auth_method: "client_secret_jwt" }, /neither none nor/],
  ["holds a secret", { client_secret: "s" }, /no secret/],
  ["says when its secret ends", { client_secret_expires_at: 0 }, /no secret/],
  ["signs without keys", { token_endpoint_auth_method: "private_key_jwt" }, /public keys/],
  [
    "holds a private key",
    {
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] },
    },
    /public keys/,
  ],
  [
    "holds a shared key",
    { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ kty: "oct", k: "a" }] } },
    /public keys/,
  ],
  [
    "has its keys at another origin",
    { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://evil.example/jwks" },
    /public keys/,
  ],
  ["has keys and does not sign", { jwks: { keys: [] } }, /public keys/],
  ["comes back to another origin", { redirect_uris: [evil] }, /redirect_uris/],
  ["comes back to another origin as well", { redirect_uris: ["/callback", evil] }, /redirect_uris/],
  ["comes back to a sub-domain", { redirect_uris: ["http://app.localhost/cb"] }, /redirect_uris/],
  ["comes back to a script", { redirect_uris: ["javascript:alert(1)"] }, /redirect_uris/],
  ["comes back to a private scheme", { redirect_uris: ["com.example.app:/cb"] }, /redirect_uris/],
  ["logs out to another origin", { post_logout_redirect_uris: [evil] }, /redirect_uris/],
  ["comes back nowhere", { redirect_uris: [] }, /wrong form/],
  ["has no code", { grant_types: ["client_credentials"] }, /authorization code/],
  ["wants an implicit token", { response_types: ["token"] }, /authorization code/],
  ["has a NUL in its name", { client_name: `Garden${unfit}` }, /control characters/],
  ["has a NUL in a field that nobody reads", { logo_uri: unfit }, /control characters/],
  ["has half a character", { client_name: "Garden \ud800" }, /control characters/],
  ["turns its name round", { client_name: "Garden \u202eretnalP" }, /cannot be seen/],
  ["bears our name", { client_name: "Topolo Nexus" }, /own apps/],
  ["bears a look-alike of our name", { client_name: "Тороlo Nехus" }, /own apps/],
  ["has a name that is none", { client_name: 7 }, /wrong form/],
];

test.each(served)("a document that %s is refused", async (what, changes, reason) => {
  const id = apps.site.describe(`/${encodeURIComponent(what)}.json`, changes);
  const { status, text } = await apps.pageOf(id);
  expect([status, text.includes("invalid_client")]).toEqual([400, true]);
  expect(text).toMatch(reason);
});

type Answer = Parameters<DocumentServer["answer"]>[1];
const json = "application/json";
const document = (path: string): string => JSON.stringify({ client_id: apps.site.addressOf(path), redirect_uris: [] });
const answers: readonly (readonly [string, (path: string) => Answer, RegExp])[] = [
  ["redirects", () => (_, to) => to.writeHead(302, { location: "/garden.json" }).end(), /redirects/],
  ["redirects for good", () => (_, to) => to.writeHead(308, { location: "/garden.json" }).end(), /redirects/],
  ["is not there", () => (_, to) => to.writeHead(404, { "content-type": json }).end("{}"), /not answered with 200/],
  ["is created", () => (_, to) => to.writeHead(201, { "content-type": json }).end("{}"), /not answered with 200/],
  ["is a page", (path) => (_, to) => to.setHeader("content-type", "text/html").end(document(path)), /as JSON/],
  ["has no type", (path) => (_, to) => to.end(document(path)), /as JSON/],
  ["is a list", () => (_, to) => to.setHeader("content-type", json).end("[]"), /JSON object/],
  ["is no JSON", () => (_, to) => to.setHeader("content-type", json).end("{"), /JSON object/],
  ["is no UTF-8", () => (_, to) => to.setHeader("content-type", json).end(Buffer.of(0x22, 0xff, 0x22)), /UTF-8/],
  ["is too large", () => (_, to) => to.setHeader("content-type", json).end(" ".repeat(5_121)), /larger than 5 kB/],
  [
    "is too large once it is unpacked",
    () => (_, to) =>
      to
        .writeHead(200, { "content-type": json, "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc(1_000_000, 32))),
    /larger than 5 kB/,
  ],
  ["never comes", () => () => undefined, /in time/],
  ["stops in the middle", () => (_, to) => to.setHeader("content-type", json).write("{"), /in time/],
  ["breaks off", () => (request) => request.socket.destroy(), /could not be fetched/],
];

test.each(answers)("a document that %s is refused", async (what, answer, reason) => {
  const path = `/${encodeURIComponent(what)}`;
  const { status, text } = await apps.pageOf(apps.site.answer(path, answer(path)));
  expect([status, text.includes("invalid_client")]).toEqual([400, true]);
  expect(text).toMatch(reason);
});

test("at an address that is none of a document none is asked for", async () => {
  apps.site.describe("/plain.json");
  const ids = [
    apps.site.addressOf("/plain.json?x=1"),
    apps.site.addressOf("/plain.json#x"),
    apps.site.addressOf("/x/../plain.json"),
    apps.site.addressOf("/%2e%2e/plain.json"),
    apps.site.addressOf("/plain.json").replace("localhost", "LOCALHOST"),
    apps.site.addressOf("/plain.json").replace("http://", "http://user@"),
    apps.site.addressOf("/plain.json").replace("localhost", "127.0.0.1"),
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/client.json",
    "http://app.example.com/client.json",
    "https://printer/client.json",
    "https://vault.internal/client.json",
    `https://app.example.com/${"x".repeat(200)}`,
  ];
  for (const id of ids) {
    const { status, text } = await apps.pageOf(id);
    expect([status, text.includes("invalid_client"), text.includes("document")], id).toEqual([400, true, false]);
  }
  expect(apps.site.asked("/plain.json")).toBe(0);
});

test("a redirect address that the document does not have is refused", async () => {
  const id = apps.site.describe("/strict.json");
  for (const uri of [
    `${apps.site.origin}/callback/`,
    `${apps.site.origin}/callback?x`,
    evil,
    "http://localhost:1/callback",
  ])
    expect((await apps.begin(id, uri)).status, uri).toBe(400);
});
