import { root } from "./toolchain.mjs";
import { judgeMigrations, migratedSchemas, presentSums, readReleased } from "./released-migrations.ts";

// Migrations only move forward: fails where one that was released has changed, is gone, or was overtaken by a new one.

const released = readReleased(root);
const problems = await Promise.all(
  migratedSchemas.map(async (schema) => judgeMigrations(schema, released, await presentSums(root, schema))),
);
for (const problem of problems.flat()) process.stderr.write(`${problem}\n`);
process.exitCode = problems.flat().length === 0 ? 0 : 1;
