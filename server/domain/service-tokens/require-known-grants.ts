import { requireKnown, unknownName, type Directory } from "../existence/index.ts";

interface Grants {
  readonly organizations: "all" | readonly string[];
  readonly apps: "all" | readonly string[];
  readonly permissions: readonly string[];
}

/** What grants are compared with. */
export interface KnownGrants {
  readonly directory: Directory;
  /** Every permission that exists. */
  readonly knownPermissions: ReadonlySet<string>;
}

const named = (values: "all" | readonly string[]): readonly string[] => (values === "all" ? [] : values);

/** Throws INVALID_INPUT for the first organization, app or permission that does not exist, with the one that looks most like it. */
export const requireKnownGrants = async (
  { directory, knownPermissions }: KnownGrants,
  { organizations, apps, permissions }: Grants,
): Promise<void> => {
  for (const [index, permission] of permissions.entries())
    if (!knownPermissions.has(permission))
      throw unknownName(`permissions.${index}`, "a permission of Topolo Nexus", permission, knownPermissions);
  for (const [index, id] of named(organizations).entries())
    await requireKnown(directory, { kind: "organization", id }, `organizations.${index}`);
  for (const [index, id] of named(apps).entries()) await requireKnown(directory, { kind: "app", id }, `apps.${index}`);
};
