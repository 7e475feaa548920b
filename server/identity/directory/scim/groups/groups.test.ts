import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../../../test/auth-server.ts";
import { addDirectory, groupSchemas, patchOf, type TestDirectory } from "../../../../../test/scim-directory.ts";

let auth: TestAuth;
let acme: TestDirectory;
let ann: string;
let bob: string;

beforeAll(async () => {
  auth = await startTestAuth();
  acme = await addDirectory(auth);
  await acme.verify("acme.example");
  ann = await acme.addPerson("ann@acme.example");
  bob = await acme.addPerson("bob@acme.example");
  const groupRoles = ["Entra Admins", "Entra Operators", "Okta Admins", "Okta Staff"].map((group) => ({
    group,
    role: "admin",
  }));
  expect((await acme.settings({ defaultRole: "member", maxRole: "admin", groupRoles })).status).toBe(200);
});
afterAll(() => auth.close());

const rolesOf = async () => [
  (await acme.member("ann@acme.example"))?.role,
  (await acme.member("bob@acme.example"))?.role,
];
const membersOf = ({ body }: Called): readonly unknown[] =>
  Array.isArray(body["members"]) ? body["members"].map((member) => Reflect.get(Object(member), "value")) : [];

// As in "Tutorial: Develop and plan provisioning for a SCIM endpoint" of Microsoft Entra ID, group operations.
test("Entra ID's round of a group: look, make, rename, add, remove and delete, never asking for the members", async () => {
  const look = (name: string) =>
    acme.scim("GET", `/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${name}"`)}`);
  expect(await look("Entra Admins")).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
  const made = await acme.scim("POST", "/Groups", {
    externalId: "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    schemas: [...groupSchemas, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
    displayName: "Entra Admins",
    members: [],
    meta: { resourceType: "Group" },
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      schemas: groupSchemas,
      externalId: "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
      displayName: "Entra Admins",
      meta: { resourceType: "Group", location: expect.stringContaining("/scim/v2/Groups/pvg_") },
    },
  });
  const id = textOf(made.body, "id");
  const patch = async (...operations: readonly unknown[]) => {
    const answer = await acme.scim("PATCH", `/Groups/${id}?excludedAttributes=members`, patchOf(...operations));
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty("members");
  };
  await patch({ op: "Add", path: "members", value: [{ $ref: null, value: ann }] });
  await patch({ op: "Add", path: "members", value: [{ $ref: null, value: bob }] });
  expect(await rolesOf()).toEqual(["admin", "admin"]);
  await patch({ op: "Replace", path: "displayName", value: "Entra Operators" });
  expect(await look("Entra Admins")).toMatchObject({ body: { totalResults: 0 } });
  expect(await look("entra operators")).toMatchObject({ body: { totalResults: 1, Resources: [{ id }] } });
  await patch({ op: "Remove", path: "members", value: [{ $ref: null, value: ann }] });
  expect(await rolesOf()).toEqual(["member", "admin"]);
  const read = await acme.scim("GET", `/Groups/${id}?excludedAttributes=members`);
  expect(read).toMatchObject({ status: 200, body: { id, displayName: "Entra Operators" } });
  expect(read.body).not.toHaveProperty("members");
  expect((await acme.scim("DELETE", `/Groups/${id}`)).status).toBe(204);
  expect((await acme.scim("GET", `/Groups/${id}?excludedAttributes=members`)).status).toBe(404);
  expect(await rolesOf()).toEqual(["member", "member"]);
});

// As in "SCIM 2.0 Protocol Reference" of Okta, groups.
test("Okta's round of a group: list, push, rename with the id in the value, members in one PATCH, PUT and delete", async () => {
  expect(await acme.scim("GET", "/Groups?startIndex=1&count=100")).toMatchObject({
    status: 200,
    body: { totalResults: 0, startIndex: 1, itemsPerPage: 0 },
  });
  const made = await acme.scim("POST", "/Groups", {
    schemas: groupSchemas,
    displayName: "Okta Staff",
    members: [{ value: ann, display: "ann@acme.example" }],
  });
  expect(made).toMatchObject({ status: 201, body: { displayName: "Okta Staff", members: [{ value: ann }] } });
  const id = textOf(made.body, "id");
  expect(await rolesOf()).toEqual(["admin", "member"]);
  const renamed = await acme.scim(
    "PATCH",
    `/Groups/${id}`,
    patchOf({ op: "replace", value: { id, displayName: "Okta Admins" } }),
  );
  expect(renamed).toMatchObject({ status: 200, body: { id, displayName: "Okta Admins" } });
  const swapped = await acme.scim(
    "PATCH",
    `/Groups/${id}`,
    patchOf(
      { op: "remove", path: `members[value eq "${ann}"]` },
      { op: "add", path: "members", value: [{ value: bob, display: "bob@acme.example" }] },
    ),
  );
  expect(membersOf(swapped)).toEqual([bob]);
  expect(await rolesOf()).toEqual(["member", "admin"]);
  const put = await acme.scim("PUT", `/Groups/${id}`, {
    schemas: groupSchemas,
    id,
    displayName: "Okta Admins",
    members: [{ value: ann, display: "ann@acme.example" }],
  });
  expect(membersOf(put)).toEqual([ann]);
  expect(await rolesOf()).toEqual(["admin", "member"]);
  expect(await acme.scim("GET", "/Groups?startIndex=1&count=100")).toMatchObject({ body: { totalResults: 1 } });
  expect((await acme.scim("DELETE", `/Groups/${id}`)).status).toBe(204);
  expect(await rolesOf()).toEqual(["member", "member"]);
});
