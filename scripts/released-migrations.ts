import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checksumOf, readMigrations } from "../server/platform/db/migration-history.ts";

/** The schemas that have migrations of their own. */
export const migratedSchemas = ["nexus", "auth"] as const;
type MigratedSchema = (typeof migratedSchemas)[number];

/** Checksums by the names of migrations, in their order. */
export type MigrationSums = Readonly<Record<string, string>>;

/** For each release, oldest first, what it brought. */
export type ReleasedMigrations = Readonly<Record<string, Readonly<Record<MigratedSchema, MigrationSums>>>>;

/** Where they are written down. */
export const releasedFile = "prisma/released-migrations.json";

/** Those that were released; the file is written by `npm run cut`. */
export const readReleased = (root: string): ReleasedMigrations =>
  JSON.parse(readFileSync(join(root, releasedFile), "utf8"));

/** The sums of what lies in a checkout, whatever it made of line endings. */
export const presentSums = async (root: string, schema: MigratedSchema): Promise<MigrationSums> =>
  Object.fromEntries(
    (await readMigrations(join(root, "prisma", schema))).map(({ name, script }) => [
      name,
      checksumOf(script.replaceAll("\r\n", "\n")),
    ]),
  );

const forward =
  "Databases have it as it was released, and no start of theirs would go on: put the file back as it was, and write what is to change as a migration of its own, with a later name.";

/** What is wrong with the migrations of a schema, by what was released of them; migrations only move forward. */
export const judgeMigrations = (
  schema: MigratedSchema,
  released: ReleasedMigrations,
  present: MigrationSums,
): readonly string[] => {
  const problems: string[] = [];
  const known = new Set<string>();
  let last = { name: "", version: "" };
  for (const [version, { [schema]: sums }] of Object.entries(released))
    for (const [name, sum] of Object.entries(sums)) {
      const path = `prisma/${schema}/migrations/${name}`;
      known.add(name);
      if (name > last.name) last = { name, version };
      if (present[name] === undefined) problems.push(`${path} was released with ${version} and is gone. ${forward}`);
      else if (present[name] !== sum) problems.push(`${path} was released with ${version} and has changed. ${forward}`);
    }
  for (const name of Object.keys(present))
    if (!known.has(name) && name < last.name)
      problems.push(
        `prisma/${schema}/migrations/${name} is new and comes before ${last.name}, which was released with ${last.version}: databases that have that one would get it later than new ones do. Give it a later name.`,
      );
  return problems;
};
