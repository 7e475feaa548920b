import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { allAuthCalls } from "../../test/auth-calls/all-auth-calls.ts";
import { openAuthWorld } from "../../test/auth-calls/auth-world.ts";
import { startTestAuth } from "../../test/auth-server.ts";
import { openListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { clientLanguages, ensureToolchain, type ClientLanguage } from "./client-language.ts";
import { planAuthCalls, planCalls, type PlannedCall, type PlannedDocument } from "./client-plan.ts";

// `npm run clients [typescript] [python]`: makes clients of the OpenAPI set by foreign generators, and has each call every
// operation of a live gateway and of a live Auth. An answer that is not as declared fails. The generators are installed from their registries.

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
  /** Made when the client is there: some calls wait for nobody. */
  readonly plan: () => readonly PlannedCall[] | Promise<readonly PlannedCall[]>;
}

const tryOut = async (language: ClientLanguage, name: string, live: Live, folder: string): Promise<boolean> => {
  const toolchain = ensureToolchain(language);
  const client = join(folder, `${language.name}-${name}`);
  mkdirSync(client);
  language.generate(toolchain, join(generated, `${name}.json`), client);
  const { baseUrl, headers } = live;
  const calls = await live.plan();
  const plan = join(client, "plan.json");
  writeFileSync(plan, JSON.stringify({ baseUrl, headers, calls }));
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
      const plan = () => planCalls(readDocument("openapi"));
      return await tryOut(language, "openapi", { baseUrl: gateway.url, headers, plan }, folder);
    } finally {
      await gateway.close();
    }
  } finally {
    await postgres.stop();
  }
};

/** The same for Auth: what a call needs is made beforehand, and each carries the credential of whoever may make it. */
const onLiveAuth = async (language: ClientLanguage): Promise<boolean> => {
  const postgres = await startOwnPostgres(join(folder, `postgres-auth-${language.name}`));
  try {
    const database = { url: postgres.databaseUrl, drop: async () => undefined };
    const world = await openAuthWorld((settings) => startTestAuth(settings, 0, database));
    try {
      const plan = async () => planAuthCalls(readDocument("auth-openapi"), await allAuthCalls(world));
      return await tryOut(language, "auth-openapi", { baseUrl: world.auth.url, headers: {}, plan }, folder);
    } finally {
      await world.close();
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
    else if (![await onLiveGateway(language), await onLiveAuth(language)].every(Boolean)) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
