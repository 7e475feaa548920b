import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patchOf } from "../../../../test/scim-directory.ts";
import { enterpriseSchema, groupKind, userKind } from "./attributes.ts";
import { patchResource } from "./patch-resource.ts";
import { readResource } from "./read-resource.ts";
import { ScimError } from "./scim-error.ts";

const ann = {
  userName: "ann@example.com",
  active: true,
  name: { givenName: "Ann", familyName: "Lee" },
  emails: [{ type: "work", value: "ann@example.com", primary: true }],
};

const patchUser = (...operations: readonly unknown[]) =>
  readResource(userKind, patchResource(userKind, ann, patchOf(...operations)));

const work = (value: string) => [{ type: "work", value, primary: true }];

// The requests that Microsoft and Okta publish for their directories, and those their services are known to send.
describe("a user", () => {
  test.each<[string, unknown, object]>([
    ["Entra: a path and a capital op", { op: "Replace", path: "displayName", value: "A" }, { displayName: "A" }],
    ["Entra: a truth value as text", { op: "Replace", path: "active", value: "False" }, { active: false }],
    ["Entra: a truth value", { op: "Replace", path: "active", value: false }, { active: false }],
    ["Okta: no path", { op: "replace", value: { active: false } }, { active: false }],
    [
      "Entra: no path, with dots in names",
      { op: "replace", value: { "name.familyName": "Kay", displayName: "A" } },
      { name: { givenName: "Ann", familyName: "Kay" }, displayName: "A" },
    ],
    [
      "Entra: a value chosen by its type",
      { op: "Replace", path: 'emails[type eq "work"].value', value: "a@example.com" },
      { emails: work("a@example.com") },
    ],
    [
      "Entra: a type that is not there yet",
      { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "123" },
      { phoneNumbers: [{ type: "mobile", value: "123" }] },
    ],
    [
      "Entra: the extension by its name",
      { op: "Add", path: `${enterpriseSchema}:department`, value: "Sales" },
      { [enterpriseSchema]: { department: "Sales" } },
    ],
    [
      "Entra: the extension in a value",
      { op: "Add", value: { [`${enterpriseSchema}:department`]: "Sales" } },
      { [enterpriseSchema]: { department: "Sales" } },
    ],
    [
      "Entra: a manager without its parts",
      { op: "Add", path: `${enterpriseSchema}:manager`, value: "pvu_1" },
      { [enterpriseSchema]: { manager: { value: "pvu_1" } } },
    ],
    [
      "the extension as a whole",
      { op: "add", path: enterpriseSchema, value: { department: "Sales", shoe: 1 } },
      { [enterpriseSchema]: { department: "Sales" } },
    ],
    ["a path with the schema", { op: "add", path: `${userKind.schema}:title`, value: "CTO" }, { title: "CTO" }],
    [
      "names in another case",
      { op: "REPLACE", path: "NAME.familyname", value: "Kay" },
      { name: { familyName: "Kay" } },
    ],
    ["removing a part", { op: "remove", path: "name.familyName" }, { name: { givenName: "Ann" } }],
    ["an id beside the value, as Okta sends", { op: "replace", value: { id: "x", title: "CTO" } }, { title: "CTO" }],
    ["a password, which is not kept", { op: "replace", path: "password", value: "secret" }, { userName: ann.userName }],
    [
      "an address's part by type",
      { op: "Add", path: 'addresses[type eq "work"].locality', value: "Bern" },
      { addresses: [{ type: "work", locality: "Bern" }] },
    ],
  ])("%s", (_, operation, expected) => {
    expect(patchUser(operation)).toMatchObject(expected);
  });

  test("several operations, in order", () => {
    expect(
      patchUser(
        { op: "Add", path: "title", value: "CTO" },
        { op: "Replace", path: "title", value: "CEO" },
        { op: "Remove", path: "name" },
      ),
    ).toEqual({ userName: ann.userName, active: true, emails: ann.emails, title: "CEO" });
  });

  test("an extension is replaced as a whole, and taken away", () => {
    const add = { op: "add", path: enterpriseSchema, value: { department: "Sales", division: "EU" } };
    const replaced = patchUser(add, { op: "replace", path: enterpriseSchema, value: { division: "US" } });
    expect(replaced).toMatchObject({ [enterpriseSchema]: { division: "US" } });
    expect(replaced).not.toHaveProperty([enterpriseSchema, "department"]);
    expect(patchUser(add, { op: "remove", path: enterpriseSchema })).not.toHaveProperty([enterpriseSchema]);
  });

  test.each<[string, unknown, string]>([
    ["parts where there is one value", { op: "add", path: "userName", value: { a: 1 } }, "invalidValue"],
    ["an extension that is no object", { op: "add", path: enterpriseSchema, value: "x" }, "invalidValue"],
    ["an unknown attribute", { op: "replace", path: "shoeSize", value: 1 }, "invalidPath"],
    ["an unknown part", { op: "replace", path: "name.shoe", value: 1 }, "invalidPath"],
    ["a path that is none", { op: "replace", path: "emails[type eq", value: 1 }, "invalidPath"],
    ["a filter by more than equality", { op: "replace", path: 'emails[value co "a"].value', value: 1 }, "invalidPath"],
    ["a filter where there is one value", { op: "replace", path: 'title[value eq "a"]', value: 1 }, "invalidPath"],
    ["another op", { op: "move", path: "title", value: 1 }, "invalidSyntax"],
    ["no op", { path: "title", value: 1 }, "invalidSyntax"],
    ["the id", { op: "replace", path: "id", value: "x" }, "mutability"],
    ["the groups", { op: "add", path: "groups", value: [{ value: "x" }] }, "mutability"],
    ["remove without a path", { op: "remove" }, "noTarget"],
    ["no value", { op: "add", path: "title" }, "invalidValue"],
    ["no path and no object", { op: "add", value: "x" }, "invalidValue"],
    ["a truth value that is none", { op: "replace", path: "active", value: "maybe" }, "invalidValue"],
    ["the user name taken away", { op: "remove", path: "userName" }, "invalidValue"],
    ["a prototype", { op: "replace", path: "__proto__.polluted", value: "x" }, "invalidPath"],
    ["a constructor", { op: "replace", path: "constructor.prototype.polluted", value: "x" }, "invalidPath"],
  ])("refuses %s", (_, operation, scimType) => {
    expect(() => patchUser(operation)).toThrow(expect.objectContaining({ status: 400, scimType }));
  });
});

describe("a group", () => {
  const group = { displayName: "Staff", members: [{ value: "pvu_1" }, { value: "pvu_2" }] };
  const membersAfter = (operation: unknown) =>
    (readResource(groupKind, patchResource(groupKind, group, patchOf(operation)))["members"] ?? []) as readonly {
      readonly value: string;
    }[];
  test.each<[string, unknown, readonly string[]]>([
    ["Entra adds", { op: "Add", path: "members", value: [{ value: "pvu_3" }] }, ["pvu_1", "pvu_2", "pvu_3"]],
    ["Entra adds somebody again", { op: "Add", path: "members", value: [{ value: "pvu_1" }] }, ["pvu_1", "pvu_2"]],
    ["Entra removes by value", { op: "Remove", path: "members", value: [{ value: "pvu_1" }] }, ["pvu_2"]],
    ["Entra removes by filter", { op: "Remove", path: 'members[value eq "pvu_1"]' }, ["pvu_2"]],
    ["somebody who is not in it", { op: "remove", path: 'members[value eq "pvu_9"]' }, ["pvu_1", "pvu_2"]],
    ["all of them", { op: "remove", path: "members" }, []],
    ["Okta replaces", { op: "replace", path: "members", value: [{ value: "pvu_9", display: "x" }] }, ["pvu_9"]],
    ["one that is no list", { op: "add", path: "members", value: { value: "pvu_3" } }, ["pvu_1", "pvu_2", "pvu_3"]],
    ["without a path", { op: "add", value: { members: [{ value: "pvu_3" }] } }, ["pvu_1", "pvu_2", "pvu_3"]],
  ])("%s", (_, operation, expected) => {
    expect(membersAfter(operation).map(({ value }) => value)).toEqual(expected);
  });

  test("Okta renames, with the id in the value", () => {
    const renamed = patchResource(groupKind, group, patchOf({ op: "replace", value: { id: "x", displayName: "All" } }));
    expect(readResource(groupKind, renamed)).toMatchObject({ displayName: "All", members: group.members });
  });
});

test("whatever a PATCH holds, it changes a known attribute, is refused, or does nothing, and no prototype changes", () => {
  const names = ["userName", "emails", "name", "__proto__", "constructor", "prototype", "members", "toString", "x"];
  const path = fc.oneof(
    fc.constantFrom(...names),
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).map((parts) => parts.join(".")),
    fc
      .tuple(
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        fc.string({ maxLength: 8 }),
        fc.constantFrom(...names),
      )
      .map(([name, part, value, sub]) => `${name}[${part} eq "${value}"].${sub}`),
    fc.string({ maxLength: 30 }),
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constant(JSON.parse('{"__proto__":{"polluted":1},"emails":{"__proto__":{"polluted":1}}}') as unknown),
  );
  const operation = fc.record(
    { op: fc.constantFrom("add", "Replace", "remove", "REMOVE"), path, value },
    { requiredKeys: ["op"] },
  );
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), (operations) => {
      try {
        const after = readResource(userKind, patchResource(userKind, ann, patchOf(...operations)));
        const known = [...userKind.attributes.map(({ name }) => name), enterpriseSchema];
        for (const name of Object.keys(after)) expect(known).toContain(name);
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
      }
      expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype);
      expect({}).not.toHaveProperty("polluted");
    }),
    { numRuns: 3_000 },
  );
});
