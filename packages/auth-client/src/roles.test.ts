import { expect, test } from "vitest";
import {
  hasEveryPermission,
  hasPermission,
  isOrganizationRole,
  isPermission,
  isPlatformRole,
  normalizeRole,
  outranks,
  roles,
} from "./index.ts";

test("there are exactly seven roles [A2]", () => {
  expect(roles).toEqual(["platform_super_admin", "platform_admin", "owner", "super_admin", "admin", "member", "guest"]);
  expect(outranks("owner", "super_admin")).toBe(true);
  expect(outranks("admin", "admin")).toBe(false);
});

test("a missing role is displayed as member, an unknown one as guest; platform roles are not organization roles [A7]", () => {
  for (const missing of [undefined, null, ""]) expect(normalizeRole(missing)).toBe("member");
  for (const unknown of ["root", 1, {}, ["owner"], "Owner", "__proto__"]) expect(normalizeRole(unknown)).toBe("guest");
  for (const role of roles) {
    expect(normalizeRole(role)).toBe(role);
    expect(isPlatformRole(role)).not.toBe(isOrganizationRole(role));
  }
});

test.each(["srv_nexus.ai:invoke", "srv_social_studio.assets:read", "srv_x1.a-b:c-d"])(
  "%s is a permission [A8]",
  (text) => expect(isPermission(text)).toBe(true),
);

test.each([
  "*",
  "srv_nexus.*",
  "srv_nexus.ai:*",
  "nexus.ai:invoke",
  "srv_nexus.ai",
  "srv_nexus.ai:invoke ",
  "srv_Nexus.ai:invoke",
  "srv_nexus.ai:in:voke",
  "srv_nexus..ai:x",
  1,
  null,
])("%o is not", (text) => expect(isPermission(text)).toBe(false));

test("matching is equality", () => {
  const granted = ["srv_nexus.ai:invoke"];
  expect(hasPermission(granted, "srv_nexus.ai:invoke")).toBe(true);
  expect(hasPermission(new Set(granted), "srv_nexus.ai:read")).toBe(false);
  expect(hasEveryPermission(granted, ["srv_nexus.ai:invoke", "srv_nexus.ai:read"])).toBe(false);
});
