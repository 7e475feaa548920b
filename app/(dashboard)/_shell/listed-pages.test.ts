import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { roles, type AuthSession, type Role } from "@topolo/auth-client";
import { holdsInvoke } from "../holds-invoke.ts";
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
  "/kept-answers": ["ai:read"],
  "/videos": ["ai:read"],
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

const dashboard = join(import.meta.dirname, "..");

/** What a page is made of, as far as it lies in its own folder. */
const sourcesOf = (href: string): readonly string[] =>
  readdirSync(join(dashboard, href), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));

test.each([
  [true, { effectivePermissions: ["srv_nexus.ai:invoke", "srv_nexus.ai:read"] }],
  [false, { effectivePermissions: ["srv_nexus.ai:read"] }],
  [false, { effectivePermissions: [] }],
  [true, "an answer that nobody knows"],
])("that the reader may call AI is %s by %j", (held, body) => {
  expect(holdsInvoke(body)).toBe(held);
});

test("a page that is read with ai:read asks whether its reader may call AI, where it offers what calls it", () => {
  const acting = Object.keys(asked).filter(
    (href) =>
      asked[href]?.includes("ai:read") && sourcesOf(href).some((source) => /\bai\.[\w.]+\.mutate\(/.test(source)),
  );
  expect(acting).toEqual(expect.arrayContaining(["/stored-files", "/stored-batches", "/kept-answers", "/videos"]));
  for (const href of acting.filter((page) => asked[page]?.includes("ai:invoke") !== true))
    expect(
      sourcesOf(href).filter((source) => source.includes("useMayInvoke()")),
      href,
    ).toHaveLength(1);
});

test("every page of the sidebar has a sign, and no sign lacks its page", () => {
  const signs = [
    ...readFileSync(join(import.meta.dirname, "page-icons.tsx"), "utf8").matchAll(/^ {2}"(\/[^"]*)": </gm),
  ];
  const listed = pageGroups.flatMap(({ pages }) => pages.map(({ href }) => href));
  expect(new Set(signs.map(([, href]) => href))).toEqual(new Set(listed));
});
