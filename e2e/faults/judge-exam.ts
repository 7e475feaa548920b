import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { examineMutation, examinePlants, examineSound, type ExamResult } from "./examine.ts";
import { mutations, type Mutation } from "./mutations.ts";
import { startOwnPostgres } from "./own-postgres.ts";

// Examines the judge: a sound run must pass; lies planted in its evidence, and runs of a product that was broken on
// purpose, must not. Exits with 1 where one passes unnoticed.

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    /** Part of the names of the mutations to make; "none" makes none. */
    only: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const began = Date.now();
const findings: ExamResult[] = [];

const show = (finding: ExamResult): void => {
  findings.push(finding);
  const { name, noticed, by, seconds } = finding;
  process.stdout.write(
    `${noticed ? "noticed  " : "UNNOTICED"}  ${seconds.toFixed(1).padStart(6)} s  ${name}  →  ${by}\n`,
  );
};

/** What could not be examined has not been noticed. */
const notExamined =
  ({ name }: Mutation) =>
  (error: unknown): ExamResult => ({
    name,
    noticed: false,
    by: error instanceof Error ? error.message : "unknown",
    seconds: 0,
  });

process.stdout.write(`seed ${seed}\n`);
const dataDir = await mkdtemp(join(tmpdir(), "nexus-exam-"));
const postgres = await startOwnPostgres(dataDir);
let passed = false;
try {
  const deps = { postgres, dataDir, seed };
  const { evidence, finding } = await examineSound(deps, 4);
  show(finding);
  for (const planted of examinePlants(evidence)) show(planted);
  for (const mutation of mutations)
    if (mutation.name.includes(values.only)) show(await examineMutation(deps, mutation).catch(notExamined(mutation)));
  const unnoticed = findings.filter(({ noticed }) => !noticed);
  passed = unnoticed.length === 0;
  process.stdout.write(
    `${findings.length} examined, ${unnoticed.length} unnoticed, seed ${seed}, ${Math.round((Date.now() - began) / 1_000)} s\n`,
  );
} finally {
  await postgres.stop();
  if (passed && !values.keep) await rm(dataDir, { recursive: true, force: true });
  else process.stdout.write(`kept: ${dataDir}\n`);
}
process.exitCode = passed ? 0 : 1;
