import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth, type Called } from "../../../test/auth-server.ts";
import { routes } from "../routes.ts";

let auth: TestAuth;
let token: string;

beforeAll(async () => {
  auth = await startTestAuth();
  ({ token } = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" })));
});
afterAll(() => auth.close());

const bad = ["%00", "a%00b", "%0a", "%1b", "%7f", "%c2%85", "%ed%a0%80", "%ff"] as const;

const fieldsOf = ({ status, body: { error, error_description: description, schemas, detail } }: Called): unknown => {
  // SCIM's own form, at its own addresses.
  if (Array.isArray(schemas) && typeof detail === "string") return [status, detail.split(":")[0]];
  // OAuth's own form, at its own endpoints.
  if (error === "invalid_request" && typeof description === "string") return [status, description.split(":")[0]];
  return typeof error === "object" && error !== null && "issues" in error && Array.isArray(error.issues)
    ? [status, ...error.issues.map((issue: { field: string }) => issue.field)]
    : [status, error];
};

const plain = (path: string): string => path.replaceAll(/:\w+/g, "x");

test.each(bad)(
  "%s in a query is 400 by the parameter's name, on every route, before anything is asked",
  async (text) => {
    for (const { method, path } of routes) {
      const called = await auth.call(method, `${plain(path)}?fine=1&of=${text}`);
      expect([path, fieldsOf(called)]).toEqual([path, [400, "of"]]);
    }
  },
);

test.each(bad)("%s in a path is 400 by the name of its segment, on every route", async (text) => {
  for (const { method, path } of routes.filter(({ path: form }) => form.includes(":"))) {
    const name = /:(\w+)/.exec(path)?.[1];
    const called = await auth.call(method, plain(path.replace(`:${name}`, text)), { bearer: token });
    expect([path, fieldsOf(called)]).toEqual([path, [400, name]]);
  }
});

test("a refusal of text has SCIM's form at SCIM's addresses, whatever is asked for", async () => {
  const accept = ["*/*", "application/scim+json", "text/html"];
  for (const { method, path } of routes.filter(({ path: form }) => form.startsWith("/scim/v2/")))
    for (const header of accept) {
      const called = await auth.call(method, `${plain(path)}?filter=%00`, { headers: { accept: header } });
      expect([path, called]).toMatchObject([
        path,
        {
          status: 400,
          body: {
            schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
            status: "400",
            scimType: "invalidFilter",
            detail: expect.stringMatching(/^filter: /),
          },
        },
      ]);
      expect(called.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
    }
  const unknown = await auth.call("GET", "/scim/v2/Bulk");
  expect(unknown).toMatchObject({ status: 404, body: { status: "404", detail: "Not found." } });
  const other = await auth.call("DELETE", "/scim/v2/Users");
  expect(other).toMatchObject({ status: 405, body: { status: "405", detail: "Method not allowed." } });
  expect(other.headers.get("allow")).toBe("GET, HEAD, POST, OPTIONS");
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

test.each([basic("a\0b:secret"), basic("srv%00nexus:secret"), basic("srv_nexus:\u001b"), basic("%ff:x")])(
  "client credentials %s are refused, wherever a client shows who it is",
  async (authorization) => {
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded", "x-topolo-auth": "1" };
    for (const path of ["/oauth/introspect", "/oauth/revoke", "/sso/exchange", "/oauth/device"]) {
      const called = await auth.call("POST", path, { headers, body: "token=x" });
      expect([path, called]).toMatchObject([
        path,
        {
          status: 401,
          body: { error: "invalid_client", error_description: expect.stringMatching(/^authorization: /) },
        },
      ]);
      expect(called.headers.get("www-authenticate")).toBe('Basic realm="Topolo Auth"');
    }
    expect(fieldsOf(await auth.call("GET", "/api/services", { headers }))).toEqual([400, "authorization"]);
    expect(fieldsOf(await auth.call("POST", "/login", { headers, body: "token=x" }))).toEqual([400, "authorization"]);
  },
);

test.each(bad)("%s in a form is 400 by the field's name", async (text) => {
  for (const path of [
    "/sso/exchange",
    "/sso/authorize",
    "/oauth/device",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/logout",
  ]) {
    for (const [form, field] of [
      [`client_id=srv_nexus&token=${text}`, "token"],
      [`client_id=${text}&grant_type=authorization_code`, "client_id"],
    ] as const) {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      expect([path, fieldsOf(await auth.call("POST", path, { body: form, headers }))]).toEqual([path, [400, field]]);
    }
  }
});

const unfit = ["\0", "a\0", "\u0001", "\u001b[31m", "\u007f", "\u0085", "\ud800", "\udc00x"] as const;

test.each(unfit)("%j in JSON is 400 by its path, in a value, in a list and in a name", async (text) => {
  const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" };
  const send = async (path: string, body: object) =>
    fieldsOf(await auth.call("POST", path, { body, bearer: token, headers }));
  expect(await send("/api/organizations", { name: text, slug: "x" })).toEqual([400, "name"]);
  expect(await send("/api/organizations", { name: "x", deep: [{ in: ["fine", text] }] })).toEqual([400, "deep.0.in.1"]);
  expect(await send("/api/organizations", { [`na${text}`]: 1 })).toEqual([400, expect.stringMatching(/^na.*\ufffd/)]);
  for (const path of ["/login", "/register", "/password/forgot"])
    expect(await send(path, { email: `a${text}@example.com`, password: "x" })).toEqual([400, "email"]);
});

test("tabs and line breaks may lay a text out, and text beyond ASCII is whole", async () => {
  const name = "Zoë 👩‍👩‍👧‍👦";
  const called = await auth.call("PATCH", "/api/me", { body: { name }, bearer: token });
  expect(called).toMatchObject({ status: 200 });
  expect(await auth.call("GET", "/api/me", { bearer: token })).toMatchObject({ body: { user: { name } } });
});
