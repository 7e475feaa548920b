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

/** Calls store credentials of the platform, budgets and limits: each client has a gateway and a database of its own. */
const onLiveGateway = async (language: ClientLanguage): Promise<boolean> => {
  const postgres = await startOwnPostgres(join(folder, `postgres-${language.name}`));
  try {
    const base = await openDeps(postgres.databaseUrl);
    const vendorKey = `sk-clients-${randomBytes(12).toString("hex")}`;
    const gateway = await openListeningGateway({ opened: { base, vendorKey } });
    try {
      const headers = { authorization: `Bearer ${gateway.issue().credential}` };
      return await tryOut(language, "openapi", { baseUrl: gateway.url, headers }, folder);
    } finally {
      await gateway.close();
    }
  } finally {
    await postgres.stop();
  }
};

const wanted = process.argv.slice(2);
try {
  for (const language of clientLanguages) {
    if (wanted.length > 0 && !wanted.includes(language.name)) continue;
    const missing = language.missing();
    if (missing !== undefined) print({ language: language.name, verdict: "skipped", because: missing });
    else if (!(await onLiveGateway(language))) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
