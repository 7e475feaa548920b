import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../../../test/auth-server.ts";
import {
  addDirectory,
  patchOf,
  scimClient,
  userSchemas,
  type TestDirectory,
} from "../../../../../test/scim-directory.ts";

let auth: TestAuth;
let acme: TestDirectory;

beforeAll(async () => {
  auth = await startTestAuth();
  acme = await addDirectory(auth);
  await acme.verify("acme.example");
});
afterAll(() => auth.close());

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
const refused = (status: number, scimType?: string) => ({
  status,
  body: { schemas: [errorSchema], status: String(status), ...(scimType === undefined ? {} : { scimType }) },
});

// As in "Tutorial: Develop and plan provisioning for a SCIM endpoint" of Microsoft Entra ID.
const entraUser = (name: string) => ({
  schemas: [...userSchemas, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
  externalId: `0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef-${name}`,
  userName: `${name}@acme.example`,
  active: true,
  emails: [{ primary: true, type: "work", value: `${name}@acme.example` }],
  meta: { resourceType: "User" },
  name: { formatted: "givenName familyName", familyName: "familyName", givenName: "givenName" },
  roles: [],
});

// As in "SCIM 2.0 Protocol Reference" of Okta.
const oktaUser = (name: string) => ({
  schemas: userSchemas,
  userName: `${name}@acme.example`,
  name: { givenName: "Test", familyName: "User" },
  emails: [{ primary: true, value: `${name}@acme.example`, type: "work" }],
  displayName: "Test User",
  locale: "en-US",
  externalId: `00ujl29u0le5T6Aj10h7${name}`,
  groups: [],
  password: "1mz050nq",
  active: true,
});

test("Entra ID's round: look for somebody, make them, read, change, deactivate and remove them", async () => {
  const look = () => acme.scim("GET", `/Users?filter=${encodeURIComponent('userName eq "Entra.One@acme.example"')}`);
  expect(await look()).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [], startIndex: 1 } });
  const made = await acme.scim("POST", "/Users", entraUser("entra.one"));
  expect(made).toMatchObject({
    status: 201,
    body: {
      schemas: userSchemas,
      userName: "entra.one@acme.example",
      externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef-entra.one",
      active: true,
      name: { familyName: "familyName" },
      emails: [{ primary: true, type: "work", value: "entra.one@acme.example" }],
      groups: [],
      meta: { resourceType: "User", location: expect.stringContaining("/scim/v2/Users/pvu_") },
    },
  });
  expect(made.headers.get("content-type")).toContain("application/scim+json");
  expect(made.headers.get("location")).toBe((made.body["meta"] as { readonly location: string }).location);
  const id = textOf(made.body, "id");
  expect(await look()).toMatchObject({ body: { totalResults: 1, Resources: [{ id }] } });
  expect(await acme.member("entra.one@acme.example")).toEqual({ role: "member", status: "active" });
  const changed = await acme.scim(
    "PATCH",
    `/Users/${id}`,
    patchOf(
      { op: "Replace", path: 'emails[type eq "work"].value', value: "entra.uno@acme.example" },
      { op: "Replace", path: "name.familyName", value: "updatedFamilyName" },
    ),
  );
  expect(changed).toMatchObject({
    status: 200,
    body: { emails: [{ value: "entra.uno@acme.example" }], name: { familyName: "updatedFamilyName" } },
  });
  const off = await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "Replace", path: "active", value: "False" }));
  expect(off).toMatchObject({ status: 200, body: { active: false } });
  expect(await acme.member("entra.one@acme.example")).toEqual({ role: "member", status: "suspended" });
  expect(await acme.scim("DELETE", `/Users/${id}`)).toMatchObject({ status: 204 });
  expect(await acme.scim("GET", `/Users/${id}`)).toMatchObject(refused(404));
  expect(await acme.member("entra.one@acme.example")).toBeUndefined();
});

test("Okta's round: test the connection, make somebody, put, deactivate and reactivate them", async () => {
  expect(await acme.scim("GET", "/Users?startIndex=1&count=2")).toMatchObject({ status: 200 });
  const made = await acme.scim("POST", "/Users", oktaUser("okta.one"));
  expect(made).toMatchObject({ status: 201, body: { displayName: "Test User", locale: "en-US" } });
  expect(JSON.stringify(made.body)).not.toContain("1mz050nq");
  const id = textOf(made.body, "id");
  const put = await acme.scim("PUT", `/Users/${id}`, { ...oktaUser("okta.one"), id, displayName: "Another Name" });
  expect(put).toMatchObject({ status: 200, body: { id, displayName: "Another Name" } });
  expect(await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: false } }))).toMatchObject({
    body: { active: false },
  });
  expect(await acme.member("okta.one@acme.example")).toMatchObject({ status: "suspended" });
  expect(await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: true } }))).toMatchObject({
    body: { active: true },
  });
  expect(await acme.member("okta.one@acme.example")).toMatchObject({ status: "active" });
});

describe("who finds whom", () => {
  let directory: TestDirectory;
  beforeAll(async () => {
    directory = await addDirectory(auth);
    await directory.verify("find.example");
    for (const name of ["ann", "bob", "bea", "cyd"])
      await directory.addPerson(`${name}@find.example`, {
        externalId: `X-${name}`,
        displayName: `${name} %_\\`,
        name: { givenName: name },
        active: name !== "cyd",
        emails: [{ type: "work", value: `${name}@find.example` }],
      });
  });
  const found = async (query: string) => {
    const { body } = await directory.scim("GET", `/Users?${query}`);
    const { Resources: resources } = body as { readonly Resources?: readonly { readonly userName: string }[] };
    return (resources ?? []).map(({ userName }) => userName.split("@", 1).join("")).sort();
  };
  test.each<[string, readonly string[]]>([
    ['userName eq "ANN@find.example"', ["ann"]],
    ['externalId eq "X-bob"', ["bob"]],
    ['externalId eq "x-bob"', []],
    ['userName sw "b"', ["bea", "bob"]],
    ['userName co "find" and active eq true', ["ann", "bea", "bob"]],
    ["active eq false", ["cyd"]],
    ['active eq "False"', ["cyd"]],
    ['externalId eq "X-ann" or externalId eq "X-bob" and active eq false', ["ann"]],
    ['(externalId eq "X-ann" or externalId eq "X-bob") and active eq true', ["ann", "bob"]],
    ['not (externalId eq "X-ann") and active eq true', ["bea", "bob"]],
    ['emails.value eq "ann@find.example"', ["ann"]],
    ['emails[type eq "work" and value eq "bea@find.example"]', ["bea"]],
    ['name.givenName eq "BOB"', ["bob"]],
    ['displayName co "%_"', ["ann", "bea", "bob", "cyd"]],
    ['displayName co "%x"', []],
    ["title pr", []],
    ["displayName pr", ["ann", "bea", "bob", "cyd"]],
    ['meta.created gt "2020-01-01T00:00:00Z"', ["ann", "bea", "bob", "cyd"]],
    ['meta.lastModified lt "2020-01-01T00:00:00Z"', []],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann@find.example"', ["ann"]],
    ['userName ne "ann@find.example"', ["bea", "bob", "cyd"]],
    ["userName eq \"' or '1'='1\"", []],
  ])("%s", async (filter, expected) => {
    expect(await found(`filter=${encodeURIComponent(filter)}`)).toEqual(expected);
  });

  test("pages follow one another, and count what there is", async () => {
    const page = (query: string) => directory.scim("GET", `/Users?${query}`);
    expect(await page("startIndex=1&count=3")).toMatchObject({
      body: { totalResults: 4, startIndex: 1, itemsPerPage: 3 },
    });
    expect(await page("startIndex=4&count=3")).toMatchObject({
      body: { totalResults: 4, startIndex: 4, itemsPerPage: 1 },
    });
    expect(await page("startIndex=9")).toMatchObject({ body: { totalResults: 4, itemsPerPage: 0, Resources: [] } });
    expect(await page("count=0")).toMatchObject({ body: { totalResults: 4, itemsPerPage: 0 } });
    expect(await page("startIndex=-3&count=-1")).toMatchObject({ body: { startIndex: 1, itemsPerPage: 0 } });
    expect(await page("count=many")).toMatchObject(refused(400, "invalidValue"));
    const all = new Set([...(await found("startIndex=1&count=2")), ...(await found("startIndex=3&count=2"))]);
    expect(all.size).toBe(4);
  });

  test("attributes are left out as asked", async () => {
    const { body } = await directory.scim(
      "GET",
      `/Users?attributes=userName,name.givenName&filter=${encodeURIComponent('externalId eq "X-ann"')}`,
    );
    const [ann] = (body as { readonly Resources: readonly object[] }).Resources;
    expect(Object.keys(ann ?? {}).toSorted()).toEqual(["id", "name", "schemas", "userName"]);
    const without = await directory.scim("GET", "/Users?excludedAttributes=emails,groups");
    const [first] = (without.body as { readonly Resources: readonly object[] }).Resources;
    expect(first).not.toHaveProperty("emails");
    expect(first).toHaveProperty("userName");
  });

  test.each([
    "nonsense",
    "userName eq",
    'password eq "x"',
    '__proto__ eq "x"',
    "constructor pr",
    'userName eq "a" and',
    "active gt true",
    'meta.created gt "yesterday"',
    `userName eq "${"a".repeat(1_100)}"`,
    `${"(".repeat(60)}userName pr${")".repeat(60)}`,
    Array.from({ length: 40 }, () => "title pr").join(" or "),
    'members[value eq "x"]',
  ])("a filter that is none is refused: %j", async (filter) => {
    expect(await directory.scim("GET", `/Users?filter=${encodeURIComponent(filter)}`)).toMatchObject(
      refused(400, "invalidFilter"),
    );
  });

  test("no filter fails on our side, and none finds another organization's people", async () => {
    const token = fc.constantFrom(
      ..."userName emails active eq co pr and or not ( ) [ ] true 1 null ' ;-- $1 % \\ externalId x.y meta.created groups".split(
        " ",
      ),
      '"a"',
      '"2020-01-01"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 9 }), async (tokens) => {
        const { status, body } = await directory.scim("GET", `/Users?filter=${encodeURIComponent(tokens.join(" "))}`);
        expect([200, 400]).toContain(status);
        const { Resources: resources = [] } = body as { readonly Resources?: readonly { readonly userName: string }[] };
        for (const { userName } of resources) expect(userName).toMatch(/@find\.example$/);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe("what is refused", () => {
  const post = (body: unknown): Promise<Called> => acme.scim("POST", "/Users", body);
  test.each<[string, unknown, string]>([
    ["no user name", { schemas: userSchemas }, "invalidValue"],
    ["no address", { schemas: userSchemas, userName: "plain-name" }, "invalidValue"],
    ["an address that is none", { userName: "x", emails: [{ value: "a b@c" }] }, "invalidValue"],
    ["a user name that is no text", { userName: { a: 1 } }, "invalidValue"],
    ["a truth value that is none", { userName: "a@acme.example", active: "maybe" }, "invalidValue"],
    ["a zero byte", { userName: "a@acme.example", displayName: "a\0b" }, "invalidValue"],
    ["a lone surrogate", { userName: "a@acme.example", displayName: "a\ud800" }, "invalidValue"],
    ["a very long text", { userName: "a@acme.example", displayName: "a".repeat(1_001) }, "invalidValue"],
    [
      "many values",
      { userName: "a@acme.example", emails: Array.from({ length: 51 }, () => ({ value: "a" })) },
      "invalidValue",
    ],
    ["one attribute twice", { userName: "a@acme.example", USERNAME: "b@acme.example" }, "invalidSyntax"],
    ["a list", [], "invalidSyntax"],
    ["no JSON", "{", "invalidSyntax"],
  ])("%s", async (_, body, scimType) => {
    const answer = await post(body);
    // The edge of the listener may refuse a text before SCIM reads it.
    expect(answer.status).toBe(400);
    if ("schemas" in answer.body) expect(answer).toMatchObject(refused(400, scimType));
  });

  test("a user name, an address or an external id that another user of the directory has", async () => {
    await acme.addPerson("twin@acme.example", { externalId: "twin" });
    const twins = [
      { userName: "TWIN@acme.example" },
      { userName: "other", emails: [{ value: "twin@acme.example" }] },
      { userName: "third@acme.example", externalId: "twin" },
    ];
    for (const twin of twins)
      expect(await post({ schemas: userSchemas, ...twin })).toMatchObject(refused(409, "uniqueness"));
    const other = await addDirectory(auth);
    await other.verify("other.example");
    expect((await other.scim("POST", "/Users", { userName: "twin@other.example", externalId: "twin" })).status).toBe(
      201,
    );
  });

  test("another token, none, one of another organization, a revoked one, a suspended organization", async () => {
    const id = await acme.addPerson("seen@acme.example");
    const other = await addDirectory(auth);
    for (const [method, body] of [["GET"], ["PUT", { userName: "seen@acme.example" }], ["DELETE"]] as const)
      expect(await other.scim(method, `/Users/${id}`, body)).toMatchObject(refused(404));
    for (const token of [`scim_${"A".repeat(43)}`, acme.bearer, "x", `${acme.token}x`])
      expect(await scimClient(auth, token)("GET", "/Users")).toMatchObject(refused(401));
    expect((await auth.call("GET", "/scim/v2/Users")).headers.get("www-authenticate")).toBe('Bearer realm="scim"');
    const tokens = await auth.call("GET", `/api/organizations/${other.organizationId}/scim-tokens`, {
      bearer: other.bearer,
    });
    const [listed] = tokens.body["tokens"] as readonly { readonly id: string }[];
    expect(JSON.stringify(tokens.body)).not.toContain(other.token);
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [other.organizationId]);
    expect(await other.scim("GET", "/Users")).toMatchObject(refused(403));
    await auth.pool.query("update auth.organizations set status = 'active' where id = $1", [other.organizationId]);
    const path = `/api/organizations/${other.organizationId}/scim-tokens/${listed?.id ?? ""}`;
    expect((await auth.call("DELETE", path, { bearer: other.bearer })).status).toBe(200);
    expect(await other.scim("GET", "/Users")).toMatchObject(refused(401));
  });

  test("a token for the platform's own organization", async () => {
    const operator = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
    const { token: bearer } = await auth.login(operator);
    const path = "/api/organizations/org_admin/scim-tokens";
    expect((await auth.call("POST", path, { bearer, body: { name: "x" } })).status).toBe(403);
  });

  test("a token is stored as a digest, and its making is recorded", async () => {
    const { rows } = await auth.pool.query(
      "select t::text as row from auth.scim_tokens t union all select e::text from auth.audit_events e where action like 'scim-token.%'",
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { row } of rows) expect(row).not.toContain(acme.token.slice(5));
    const { rowCount } = await auth.pool.query(
      "select from auth.audit_events where action = 'scim-token.create' and organization_id = $1 and actor_id = $2",
      [acme.organizationId, acme.owner.id],
    );
    expect(rowCount).toBe(1);
  });
});

test("what the service can do is described", async () => {
  expect(await acme.scim("GET", "/ServiceProviderConfig")).toMatchObject({
    status: 200,
    body: { patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 200 } },
  });
  expect(await acme.scim("GET", "/ResourceTypes")).toMatchObject({ body: { totalResults: 2 } });
  expect(await acme.scim("GET", "/ResourceTypes/User")).toMatchObject({ body: { endpoint: "/Users" } });
  const schemas = await acme.scim("GET", "/Schemas");
  expect(schemas).toMatchObject({ body: { totalResults: 3 } });
  expect(await acme.scim("GET", `/Schemas/${userSchemas[0] ?? ""}`)).toMatchObject({
    body: {
      id: userSchemas[0],
      attributes: expect.arrayContaining([expect.objectContaining({ name: "userName", required: true })]),
    },
  });
  expect(await acme.scim("GET", "/Schemas/none")).toMatchObject(refused(404));
});
