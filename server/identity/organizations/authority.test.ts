import { roles, type Role } from "@topolo/auth-client";
import { describe, expect, test } from "vitest";
import {
  isElevated,
  isPlatformBypass,
  mayActOn,
  mayAdminister,
  mayGrant,
  standingRole,
  type RankedActor,
} from "./authority.ts";

const actor = (role: Role, organizationKind = "standard"): RankedActor => ({
  userId: "usr_a",
  organizationId: organizationKind === "admin" ? "org_admin" : "org_x",
  role,
  platformBypass: isPlatformBypass(role, organizationKind),
});

/** The roles an actor may grant in an organization of this kind. */
const grantable = (who: RankedActor, kind: string): Role[] => roles.filter((role) => mayGrant(who, role, kind));

describe("authority", () => {
  test("there are exactly seven roles, in this order [A2]", () => {
    expect(roles).toEqual([
      "platform_super_admin",
      "platform_admin",
      "owner",
      "super_admin",
      "admin",
      "member",
      "guest",
    ]);
  });

  test("bypass needs a platform role and the admin organization [A3]", () => {
    expect(roles.filter((role) => isPlatformBypass(role, "admin"))).toEqual(["platform_super_admin", "platform_admin"]);
    expect(roles.filter((role) => isPlatformBypass(role, "standard"))).toEqual([]);
    expect(roles.filter((role) => isPlatformBypass(role, "developer_workspace"))).toEqual([]);
    expect(standingRole("platform_super_admin", "standard")).toBe("guest");
  });

  test("elevated roles administer their own organization alone [A4, A5, A6]", () => {
    expect(roles.filter((role) => isElevated(role))).toEqual(["owner", "super_admin", "admin"]);
    for (const role of roles) {
      expect(mayAdminister(actor(role), "org_x")).toBe(["owner", "super_admin", "admin"].includes(role));
      expect(mayAdminister(actor(role), "org_y")).toBe(false);
      expect(mayAdminister(actor(role, "admin"), "org_y")).toBe(role.startsWith("platform_"));
    }
  });

  test.each<[Role, string, string, Role[]]>([
    ["platform_super_admin", "admin", "admin", [...roles]],
    ["platform_super_admin", "admin", "standard", ["owner", "super_admin", "admin", "member", "guest"]],
    ["platform_admin", "admin", "admin", ["owner", "super_admin", "admin", "member", "guest"]],
    ["platform_admin", "admin", "standard", ["owner", "super_admin", "admin", "member", "guest"]],
    ["owner", "admin", "admin", ["owner", "super_admin", "admin", "member", "guest"]],
    ["owner", "standard", "standard", ["owner", "super_admin", "admin", "member", "guest"]],
    ["super_admin", "standard", "standard", ["admin", "member", "guest"]],
    ["admin", "standard", "standard", ["member", "guest"]],
    ["member", "standard", "standard", []],
    ["guest", "standard", "standard", []],
    ["platform_super_admin", "standard", "standard", []],
    ["platform_admin", "standard", "standard", []],
  ])("%s of an organization of kind %s grants in one of kind %s: %j [X4]", (role, own, kind, expected) => {
    expect(grantable(actor(role, own), kind)).toEqual(expected);
  });

  test("nobody acts on a higher rank [X6]", () => {
    expect(roles.filter((role) => mayActOn(actor("admin"), role))).toEqual(["admin", "member", "guest"]);
    expect(roles.filter((role) => mayActOn(actor("owner"), role))).toEqual([
      "owner",
      "super_admin",
      "admin",
      "member",
      "guest",
    ]);
    expect(roles.filter((role) => mayActOn({ ...actor("admin"), role: undefined }, role))).toEqual([]);
  });
});
