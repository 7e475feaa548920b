import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { clientLanguages, ensureToolchain, type ClientLanguage } from "./client-language.ts";
import { planCalls, type PlannedDocument } from "./client-plan.ts";

// `npm run clients [typescript] [python]`: makes clients of the OpenAPI set by foreign generators, and has each call every
// operation of a live gateway. An answer that is not as declared fails. The generators are installed from their registries.

const generated = join(import.meta.dirname, "..", "..", "docs", "generated");

const Told = z.looseObject({
  operationId: z.string(),
  status: z.int().optional(),
  wrong: z.string().optional(),
});

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The document is our own. */
const readDocument = (name: string): PlannedDocument =>
  JSON.parse(readFileSync(join(generated, `${name}.json`), "utf8")) as PlannedDocument;

interface Live {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

const tryOut = async (language: ClientLanguage, name: string, live: Live, folder: string): Promise<boolean> => {
  const toolchain = ensureToolchain(language);
  const client = join(folder, `${language.name}-${name}`);
  mkdirSync(client);
  language.generate(toolchain, join(generated, `${name}.json`), client);
  const calls = planCalls(readDocument(name));
  const plan = join(client, "plan.json");
  writeFileSync(plan, JSON.stringify({ ...live, calls }));
  const told = (await language.drive(toolchain, client, plan))
    .trim()
    .split("\n")
    .map((line) => Told.parse(JSON.parse(line)));
  const wrong = told.filter((one) => one.wrong !== undefined);
  for (const one of wrong) print({ language: language.name, ...one });
  const held = wrong.length === 0 && told.length === calls.length;
  print({
    language: language.name,
    document: name,
    operations: calls.length,
    answered: told.filter(({ status = 0 }) => status >= 200 && status < 300).length,
    refused: told.filter(({ status = 0 }) => status >= 400).length,
    wrong: wrong.length,
    verdict: held ? "passed" : "failed",
  });
  return held;
};

const folder = mkdtempSync(join(tmpdir(), "nexus-clients-"));
const wanted = process.argv.slice(2);
const postgres = await startOwnPostgres(join(folder, "postgres"));
try {
  const base = await openDeps(postgres.databaseUrl);
  const gateway = await openListeningGateway({
    opened: { base, vendorKey: `sk-clients-${randomBytes(12).toString("hex")}` },
  });
  try {
    for (const language of clientLanguages) {
      if (wanted.length > 0 && !wanted.includes(language.name)) continue;
      const missing = language.missing();
      if (missing !== undefined) {
        print({ language: language.name, verdict: "skipped", because: missing });
        continue;
      }
      // Calls set budgets and limits: each client has an organization of its own.
      const headers = { authorization: `Bearer ${gateway.issue().credential}` };
      if (!(await tryOut(language, "openapi", { baseUrl: gateway.url, headers }, folder))) process.exitCode = 1;
    }
  } finally {
    await gateway.close();
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
