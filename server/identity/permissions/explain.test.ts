import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createCatalogueCache, serviceOf, type Catalogue } from "../catalogue/catalogue.ts";
import { readManifests } from "../catalogue/read-manifests.ts";
import { applyManifests } from "../catalogue/store.ts";
import { openAuthDatabase, type AuthDatabase } from "../database/store.ts";
import { evaluatePermissions } from "./evaluate.ts";
import { explainPermissions, type StatedGrants } from "./explain.ts";

let database: TestDatabase;
let db: AuthDatabase;
let catalogue: Catalogue;
beforeAll(async () => {
  database = await createTestDatabase();
  db = await openAuthDatabase({ connectionString: database.url, log: silentLogger, maxConnections: 2 });
  await applyManifests(db, await readManifests(), new Date());
  catalogue = await (await createCatalogueCache(db, { now: Date.now, monotonic: () => performance.now() })).recent();
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const now = new Date("2026-01-01T00:00:00Z");
const isLive = ({ expiresAt }: { readonly expiresAt: Date | null }) => expiresAt === null || expiresAt > now;
const end = fc.constantFrom(null, new Date(now.getTime() - 1), now, new Date(now.getTime() + 1));

const grantsOf = (): fc.Arbitrary<StatedGrants> =>
  fc.record({
    serviceAccess: fc.subarray([...catalogue.services.keys()]).chain((ids) =>
      fc.tuple(
        ...ids.map((serviceId) =>
          fc.record({
            serviceId: fc.constant(serviceId),
            enabled: fc.boolean(),
            grantedBy: fc.constant("x"),
            expiresAt: end,
          }),
        ),
      ),
    ),
    bundles: fc
      .subarray([...catalogue.bundleById.keys()], { maxLength: 4 })
      .chain((ids) =>
        fc.tuple(
          ...ids.map((bundleId) =>
            fc.record({ bundleId: fc.constant(bundleId), grantedBy: fc.constant("x"), expiresAt: end }),
          ),
        ),
      ),
    overrides: fc.subarray([...catalogue.permissionById.keys()], { maxLength: 12 }).chain((ids) =>
      fc.tuple(
        ...ids.map((permissionId) =>
          fc.record({
            permissionId: fc.constant(permissionId),
            effect: fc.constantFrom("allow" as const, "deny" as const),
            reason: fc.constant("x"),
            grantedBy: fc.constant("x"),
            expiresAt: end,
          }),
        ),
      ),
    ),
  });

/** The formula of the rules, one permission at a time. */
const isGranted = (permission: string, role: string, grants: StatedGrants): boolean => {
  const override = (effect: string) =>
    grants.overrides.some(
      (row) => row.effect === effect && isLive(row) && catalogue.permissionById.get(row.permissionId) === permission,
    );
  const byRole = catalogue.defaultsByRole.get(role)?.has(permission) ?? false;
  const byBundle = grants.bundles.some((row) => isLive(row) && catalogue.bundleById.get(row.bundleId)?.has(permission));
  const within = grants.serviceAccess.some(
    (row) => row.serviceId === serviceOf(permission) && row.enabled && isLive(row),
  );
  return within && !override("deny") && (byRole || byBundle || override("allow"));
};

test("for any grants, effective permissions follow the formula and name their sources, and the others name a reason [A8, A9]", () => {
  const roles = fc.constantFrom("owner", "admin", "member", "guest", "platform_admin", "unknown");
  fc.assert(
    fc.property(grantsOf(), roles, (grants, role) => {
      const told = explainPermissions({ catalogue, role, bypass: false, active: true, grants, now });
      const expected = catalogue.permissions.filter((permission) => isGranted(permission, role, grants));
      expect(told.effectivePermissions).toEqual(expected);
      expect(evaluatePermissions({ catalogue, role, bypass: false, grants, now }).permissions).toEqual(expected);
      for (const { sources } of told.effectivePermissionEntries) expect(sources.length).toBeGreaterThan(0);
      const effective = new Set(expected);
      const giving = [
        ...told.sources.roleBundles.flatMap(({ permissions }) => permissions),
        ...told.sources.userOverrides.filter(({ effect }) => effect === "allow"),
      ];
      for (const row of giving) {
        expect(row.effective).toBe(row.withheld === null);
        // An entry that gives is effective; one that is withheld may still be given by another.
        if (row.effective) expect(effective).toContain(row.permission);
      }
      expect(told.sources.organizationServiceAccess).toHaveLength(grants.serviceAccess.length);
      expect(told.sources.userOverrides).toHaveLength(grants.overrides.length);
    }),
    { numRuns: 200 },
  );
});

test("the bypass grants every permission of the catalog and names itself as the one source [A3, A9]", () => {
  const grants = { serviceAccess: [], bundles: [], overrides: [] };
  const told = explainPermissions({ catalogue, role: "platform_admin", bypass: true, active: true, grants, now });
  expect(told.effectivePermissions).toEqual(catalogue.permissions);
  for (const { sources } of told.effectivePermissionEntries) expect(sources).toEqual([{ type: "platform_bypass" }]);
});

test("an inactive person has no effective permission, and each entry says why [A9]", () => {
  const grants = { serviceAccess: [], bundles: [], overrides: [] };
  const told = explainPermissions({ catalogue, role: "owner", bypass: false, active: false, grants, now });
  expect(told.effectivePermissions).toEqual([]);
  const entries = told.sources.roleBundles.flatMap(({ permissions }) => permissions);
  expect(new Set(entries.map(({ withheld }) => withheld))).toEqual(new Set(["inactive"]));
});
