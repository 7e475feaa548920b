import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";
import {
  judgeMigrations,
  type migratedSchemas,
  presentSums,
  readReleased,
  releasedFile,
  type MigrationSums,
} from "./released-migrations.ts";

// Cuts the release that package.json names: writes down its migrations, which are never changed from then on.

const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const released = readReleased(root);
if (released[version] !== undefined)
  throw new Error(`${version} is cut already: raise the version in package.json, where a further one is meant.`);
if (!readFileSync(join(root, "CHANGELOG.md"), "utf8").includes(`\n## ${version} `))
  throw new Error(
    `CHANGELOG.md has no section "## ${version} (<day>)": give what stands under "Unreleased" that title.`,
  );

const brought = async (schema: (typeof migratedSchemas)[number]): Promise<MigrationSums> => {
  const present = await presentSums(root, schema);
  const problems = judgeMigrations(schema, released, present);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const before = new Set(Object.values(released).flatMap(({ [schema]: sums }) => Object.keys(sums)));
  return Object.fromEntries(Object.entries(present).filter(([name]) => !before.has(name)));
};

const sums = { nexus: await brought("nexus"), auth: await brought("auth") };
writeFileSync(join(root, releasedFile), `${JSON.stringify({ ...released, [version]: sums }, null, 2)}\n`);
const count = Object.keys(sums.nexus).length + Object.keys(sums.auth).length;
process.stdout.write(`${version} is cut; it brings ${count} migrations.\n`);
