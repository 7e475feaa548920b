import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { isRetired, leafPaths, retiredPaths } from "./retired-paths.ts";

let auth: TestAuth;
let token: string;
let cookie: string;
/** Pages that would answer anything they are asked. */
const pages = { asked: [] as string[] };

beforeAll(async () => {
  auth = await startTestAuth({
    pages: (message, response) => {
      pages.asked.push(message.url ?? "");
      response.end("a page");
    },
  });
  const link = await auth.server.issueBootstrapLink();
  const setUp = await auth.call("POST", "/setup", {
    body: {
      token: new URL(link?.url ?? "").searchParams.get("token"),
      email: "first@example.com",
      name: "First",
      password: "a very plain test sentence",
    },
  });
  expect(setUp.status).toBe(201);
  const admin = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
  ({ token, cookie } = await auth.login(admin));
});
afterAll(() => auth.close());

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] as const;

/** The path is sent unchanged: `fetch` would normalize it first. */
const statusOf = (method: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(auth.url);
    const asking = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    asking.on("error", reject).end();
  });

const callers = (): readonly (readonly [string, Readonly<Record<string, string>>])[] => [
  ["nobody", {}],
  ["a platform administrator's bearer", { authorization: `Bearer ${token}` }],
  ["their cookie", { cookie, "x-topolo-auth": "1", origin: "http://localhost:3000" }],
  [
    "a preflight",
    {
      origin: "https://nexus.topolo.app",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-topolo-auth",
    },
  ],
];

const spellings = (path: string): readonly string[] => {
  const last = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.slice(0, path.lastIndexOf("/"));
  const encoded = `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`;
  return [
    path,
    `${path}/`,
    `${path}//`,
    `${path}?x=1`,
    `${path}/below`,
    `${path}/below/further?x=1`,
    `${path}/%2e%2e/x`,
    `${folder}/${encoded}`,
    `${folder}/${encoded}/below`,
    `${folder}//${last}`,
    `${folder}%2f${last}`,
    `${folder}/./${last}`,
    `${folder}/x/../${last}`,
    `${folder}/${last.toUpperCase()}`,
    `/_next/static/../../${path.slice(1)}`,
    `/_next/static/%2e%2e/%2E%2E${path}`,
  ];
};

describe.each(retiredPaths)("%s [G3, G4, G5, G6, G7, D6, X1]", (path) => {
  test.each(methods)("%s is 404 in every spelling, for every caller", async (method) => {
    for (const [who, headers] of callers())
      for (const spelling of spellings(path))
        expect([who, spelling, await statusOf(method, spelling, headers)]).toEqual([who, spelling, 404]);
  });
});

describe("the settings path [G8, D9]", () => {
  test.each(methods)("%s below /settings is 404, signed in or not", async (method) => {
    for (const [who, headers] of callers())
      for (const spelling of ["/settings/", "/settings/security", "/settings//x", "/%73ettings", "/settings%2fx"])
        expect([who, spelling, await statusOf(method, spelling, headers)]).toEqual([who, spelling, 404]);
  });
});

test("the pages serve no retired path", () => {
  expect(pages.asked).toEqual([]);
});

test.each([...methods])("%s /setup is 404 once the first administrator is there [G8]", async (method) => {
  for (const [who, headers] of callers())
    for (const path of ["/setup", "/setup/", "/setup/x", "/setup?token=abc"])
      expect([who, path, await statusOf(method, path, headers)]).toEqual([who, path, 404]);
});

test("a longer path that begins like a retired one is not retired", () => {
  for (const path of ["/sso/handoff-code", "/api/api-keys", "/api/keysmith", "/settings", "/api/developers"])
    expect([path, isRetired(path)]).toEqual([path, false]);
  for (const path of [...retiredPaths, ...leafPaths.map((leaf) => `${leaf}/`), "/%2573so/handoff", "\\sso\\handoff"])
    expect([path, isRetired(path)]).toEqual([path, true]);
});
