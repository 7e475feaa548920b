import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { roles, type AuthSession, type Role } from "@topolo/auth-client";
import { admits } from "./audience.ts";
import { whatPagesHold } from "./audience-words.ts";
import { pageAt, pageGroups } from "./listed-pages.ts";

const project = join(import.meta.dirname, "../../..");
const manifest: {
  readonly role_bundles: readonly { readonly role: string; readonly permissions: readonly string[] }[];
} = JSON.parse(readFileSync(join(project, "server/identity/manifests/nexus.json"), "utf8"));

type Needed = readonly string[] | "keyMakers" | "administrators" | "owners" | "operators";

/** What each page asks as soon as it is opened: the permissions of Nexus, or whom Auth lets in. */
const asked: Readonly<Record<string, Needed>> = {
  "/": ["usage:read"],
  "/usage": ["usage:read"],
  "/calls": ["usage:read"],
  "/budgets": ["budgets:read"],
  "/budgets/limits": ["budgets:read"],
  "/me": ["usage:read"],
  "/playground": ["ai:invoke", "ai:read"],
  "/connect": ["ai:read"],
  "/stored-files": ["ai:read"],
  "/stored-batches": ["ai:read"],
  "/email": ["email:read"],
  "/email/templates": ["email:read"],
  "/email/suppressions": ["email:read"],
  "/email/domains": ["email:read"],
  "/email/settings": ["email:read"],
  "/payments": ["payments:read"],
  "/payments/approvals": ["payments:approve"],
  "/payments/needs-review": ["payments:read"],
  "/payments/subscriptions": ["payments:read"],
  "/payments/invoices": ["payments:read"],
  "/payments/policies": ["budgets:read", "apps:read"],
  "/customers": ["customers:read"],
  "/customers/plans": ["customers:read"],
  "/keys": "keyMakers",
  "/keys/service-tokens": ["tokens:read"],
  "/keys/vendors": ["keys:read"],
  "/members": "administrators",
  "/members/sessions": "administrators",
  "/members/services": "administrators",
  "/members/sign-in": "owners",
  "/audit": ["audit:read"],
  "/apps": ["apps:read"],
  "/routing": ["preferences:read", "keys:read"],
  "/prices": ["prices:read"],
  "/organizations": "operators",
  "/platform-credentials": "operators",
  "/developers": "operators",
  "/system": "operators",
  "/docs": [],
};

const listed = [
  ...new Set(
    pageGroups.flatMap(({ pages }) =>
      pages.flatMap(({ href, parts = [] }) => [href, ...parts.map((part) => part.href)]),
    ),
  ),
];

const isPlatform = (role: Role): boolean => role.startsWith("platform_");

/** A seat in an organization; platform roles are held in the platform's own. */
const seatOf = (role: Role): Pick<AuthSession, "role" | "organization"> => {
  const slug = isPlatform(role) ? "admin" : "acme";
  return { role, organization: { id: `org_${slug}`, slug, name: slug, status: "active" } };
};

const holds = (role: Role, needed: Needed): boolean => {
  if (isPlatform(role)) return true;
  switch (needed) {
    case "operators":
      return false;
    case "owners":
      return role === "owner";
    case "administrators":
      return ["owner", "super_admin", "admin"].includes(role);
    case "keyMakers":
      return role !== "guest";
    default: {
      const own = manifest.role_bundles.find((bundle) => bundle.role === role)?.permissions ?? [];
      return needed.every((permission) => own.includes(`srv_nexus.${permission}`));
    }
  }
};

test("every listed page is in the table, and nothing else", () => {
  expect(Object.keys(asked).toSorted()).toEqual(listed.toSorted());
});

describe.each(listed)("%s", (href) => {
  test.each(roles)("is for the role %s exactly if what it asks is answered", (role) => {
    const page = pageAt(href);
    expect(page).toBeDefined();
    expect(admits(page?.audience ?? "everyone", seatOf(role))).toBe(holds(role, asked[href] ?? []));
  });

  test("says what is on it, where it is not for everybody", () => {
    expect(whatPagesHold[href] === undefined).toBe((pageAt(href)?.audience ?? "everyone") === "everyone");
  });
});

test("what lies below a page is for whom the page is", () => {
  expect(pageAt("/members/sign-in/anything")?.audience).toBe("owners");
  expect(pageAt("/members/anything")?.audience).toBe("administrators");
  expect(pageAt("/security/user")).toBeUndefined();
});

test("every page of the sidebar has a sign, and no sign lacks its page", () => {
  const signs = [
    ...readFileSync(join(import.meta.dirname, "page-icons.tsx"), "utf8").matchAll(/^ {2}"(\/[^"]*)": </gm),
  ];
  const listed = pageGroups.flatMap(({ pages }) => pages.map(({ href }) => href));
  expect(new Set(signs.map(([, href]) => href))).toEqual(new Set(listed));
});
