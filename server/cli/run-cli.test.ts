import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth } from "../../test/auth-server.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { holdFacts } from "../../test/ledger.ts";
import { openIdentity } from "../identity/index.ts";
import { seedPlatformDefaults } from "../domain/credentials/index.ts";
import { systemClock } from "../platform/clock.ts";
import { readEnv } from "../platform/env.ts";
import { newId } from "../platform/ids.ts";
import { openLedger } from "../platform/ledger/index.ts";
import { silentLogger } from "../platform/logger.ts";
import { holdDataFolder } from "../process/data-folder.ts";
import { openOperator } from "./open-operator.ts";
import { runCli } from "./run-cli.ts";

let database: TestDatabase;
let sql: Client;
let dataDir: string;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-cli-"));
  environment = { NEXUS_DATA_DIR: dataDir, DATABASE_URL: database.url, PORT: "1", AUTH_PORT: "1", SANDBOX_PORT: "1" };
  const identity = await openIdentity({
    databaseUrl: database.url,
    publicUrl: "http://localhost:3001",
    encryptionKey: randomBytes(32),
    clock: systemClock,
    log: silentLogger,
  });
  await identity.close();
  await sql.query("delete from auth.signing_keys");
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const nexus = async (
  args: readonly string[],
  more: Record<string, string> = {},
  signal = new AbortController().signal,
): Promise<Ran> => {
  let out = "";
  let err = "";
  const code = await runCli({
    args,
    environment: { ...environment, ...more },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    signal,
  });
  return { code, out, err };
};

const call = async (organizationId: string, end: boolean | "doubt" | "unknown act"): Promise<string> => {
  const ledger = await openLedger({
    connectionString: database.url,
    processId: newId(),
    clock: systemClock,
    log: silentLogger,
    requireDurability: true,
  });
  await sql.query("select nexus.nexus_ensure_org($1), nexus.nexus_open_periods($1)", [organizationId]);
  const { rows } = await sql.query<{ id: string; epoch: string }>(
    "select id::text, epoch::text from nexus.budget where org_id = $1 and starts_at <= clock_timestamp() and ends_at > clock_timestamp() order by id",
    [organizationId],
  );
  const operationId = newId();
  const held = await ledger.reserve({
    operationId,
    organizationId,
    levels: rows.map(({ id }) => BigInt(id)),
    epoch: BigInt(rows[0]?.epoch ?? "0"),
    heldNanos: 1_000_000n,
    ttlMs: 60_000,
    facts: end === "unknown act" ? { ...holdFacts, effect: "act", operation: "payments.act" } : holdFacts,
  });
  expect(held.status).toBe("held");
  if (end === "unknown act") {
    await ledger.acts.begin({
      operationId,
      n: 1,
      vendor: "courier",
      model: "effect",
      step: "create",
      credentialTier: "byok",
      credentialId: "cred_test",
      credentialVersion: 1,
      priceNanos: 40n,
      request: Buffer.from("request"),
      keyLifetimeMs: undefined,
      previous: undefined,
    });
    await ledger.settle({ operationId, end: "uncertain", source: "none", result: { errorCode: "OUTCOME_UNKNOWN" } });
  } else if (end === "doubt") {
    await ledger.settle({
      operationId,
      end: "uncertain",
      source: "none",
      result: { doubt: "timeout", errorCode: "PROVIDER_TIMEOUT", vendorRequestId: `req_${operationId}` },
    });
  } else if (end) {
    await ledger.settle({
      operationId,
      end: "settled",
      costNanos: 20_100n,
      source: "provider",
      result: { units: { input: 6, output: 32 }, status: 200, latencyMs: 12 },
    });
  }
  await ledger.close(1_000);
  return operationId;
};

test("a budget is set, changed, listed and removed, to the nano, with an audit row each", async () => {
  const set = await nexus(["budget", "set", "--org", "topolo", "--limit", "25.00"]);
  expect(set).toMatchObject({ code: 0, err: "" });
  expect(set.out).toContain("Hard budget of 25.00 USD a month for the organization");
  const app = await nexus([
    "budget",
    "set",
    "--org",
    "org_topolo",
    "--scope",
    "app",
    "--id",
    "srv_roadmapper",
    "--period",
    "day",
    "--limit",
    "0.000000001",
    "--soft",
    "--json",
  ]);
  expect(JSON.parse(app.out)).toMatchObject({ scope: "app", scopeId: "srv_roadmapper", hard: false, limitNanos: "1" });
  const { out } = await nexus(["budget", "list", "--org", "topolo", "--json"]);
  const budgets: { id: string; limitNanos: string; period: string }[] = JSON.parse(out);
  expect(budgets.map(({ period, limitNanos }) => [period, limitNanos])).toEqual([
    ["month", "25000000000"],
    ["day", "1"],
  ]);
  const id = budgets[0]?.id ?? "";
  expect(await nexus(["budget", "remove", id, "--org", "topolo"])).toMatchObject({ code: 0 });
  expect(await nexus(["budget", "remove", id, "--org", "topolo"])).toMatchObject({
    code: 1,
    err: "Nothing with that id was found.\n",
  });
  const { rows } = await sql.query(
    "select actor_kind, actor_id, action from nexus.audit_event where action like 'budget.%' order by id",
  );
  expect(rows).toEqual(
    ["budget.set", "budget.set", "budget.remove"].map((action) => ({
      actor_kind: "operator",
      actor_id: userInfo().username,
      action,
    })),
  );
});

const doubtsOf = async (): Promise<readonly { readonly operationId: string }[]> =>
  JSON.parse((await nexus(["operations", "list", "--org", "topolo", "--json"])).out);

test("doubts are listed, shown beside what is spent, and end by an operator's word", async () => {
  await nexus(["budget", "set", "--org", "topolo", "--period", "total", "--limit", "0.015"]);
  const ids: string[] = [];
  for (let made = 0; made < 14; made += 1) ids.push(await call("org_topolo", "doubt"));
  const totalIn = (out: string): string | undefined => out.split("\n").find((line) => line.includes(" total "));
  const { out } = await nexus(["budget", "list", "--org", "topolo"]);
  expect(out).toMatch(/LIMIT +SPENT +IN FLIGHT +IN DOUBT +OVERRUN +USED/);
  expect(totalIn(out)).toMatch(/ 0\.015 +0\.00 +0\.00 +0\.014 +0\.00 +93\.3 %/);
  expect(out).toContain("operations list");
  const listed = await nexus(["operations", "list"]);
  expect(listed.out).toContain("14 uncertain, 0.014 USD held.");
  for (const id of ids) expect(listed.out).toContain(id);
  const [first = "", second = ""] = ids;
  expect((await nexus(["operations", "show", first])).out).toMatch(/uncertain\norganization org_topolo/);
  expect((await nexus(["operations", "list", "--state", "settled"])).err).toContain("--org");
  expect((await nexus(["operations", "list", "--state", "lost"])).err).toContain("uncertain");
  const why = ["--reason", "the vendor's usage page"];
  const resolved = await nexus(["operations", "resolve", first, "--cost-usd", "0.0004", ...why]);
  expect(resolved).toMatchObject({ code: 0, err: "" });
  expect(resolved.out).toContain("booked at 0.0004 USD");
  expect((await nexus(["operations", "resolve", second, "--not-billed", ...why])).out).toContain(
    "its hold is released",
  );
  expect(await doubtsOf()).toHaveLength(12);
  expect(totalIn((await nexus(["budget", "list", "--org", "topolo"])).out)).toMatch(
    / 0\.015 +0\.0004 +0\.00 +0\.012 +0\.00/,
  );
  const { rows } = await sql.query(
    "select actor_id, action, target, details->>'reason' as reason from nexus.audit_event where action = 'operation.resolve' order by id",
  );
  expect(rows).toEqual(
    [first, second].map((target) => ({
      actor_id: userInfo().username,
      action: "operation.resolve",
      target,
      reason: "the vendor's usage page",
    })),
  );
  const told = await nexus(["audit", "--log", "nexus", "--target", first]);
  expect(told.out).toMatch(
    new RegExp(
      `^WHEN +WHO +WHAT +TO\\n\\S+ \\S+ +${userInfo().username} at the command line +ended an uncertain operation by hand +${first}`,
    ),
  );
  const settled = await call("org_topolo", true);
  const refused = await nexus(["operations", "resolve", settled, "--cost-usd", "1", ...why]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.err).toContain("vendor's own number");
});

test("a vendor's export ends doubts line by line, and again changes nothing", async () => {
  const before = await doubtsOf();
  const [one, two, three] = before.map(({ operationId }) => operationId);
  const path = join(dataDir, "export.csv");
  await writeFile(
    path,
    [
      "\uFEFFVendor request id,Operation ID,vendor,Cost USD,note",
      `req_${one},,openai,0.00012345678949,"a, b"`,
      `,${two},OpenAI,0.0001,`,
      "",
      `,${three},anthropic,0.0001,`,
      "req_nobody,,openai,0.1,",
      ",,openai,0.1,",
      `req_${three},,openai,about a cent,`,
      `not-an-id-in-anyone's-book,,`,
    ].join("\r\n"),
  );
  const dry = await nexus(["operations", "import", path, "--dry-run"]);
  expect(dry.code).toBe(1);
  expect(dry.out).toContain("2 corrected, 0 same, 1 unknown, 4 refused.");
  expect(dry.out).toContain("nothing was changed");
  expect(await doubtsOf()).toHaveLength(before.length);
  const done = await nexus(["operations", "import", path]);
  expect(done.out).toMatch(new RegExp(`line 2  corrected  ${one}  uncertain -> 0\\.000123457 USD`));
  expect(done.out).toMatch(/line 5  refused .* a call to openai/);
  expect(done.out).toMatch(/line 8  refused  "about a cent" is no amount of USD/);
  expect(await doubtsOf()).toHaveLength(before.length - 2);
  const again = await nexus(["operations", "import", path]);
  expect(again.out).toContain("0 corrected, 2 same, 1 unknown, 4 refused.");
  const sha = /SHA-256 ([0-9a-f]{64})/.exec(again.out)?.[1];
  const { rows } = await sql.query(
    "select resolution->>'by' as by, resolution->>'evidence' as evidence, amount::text from nexus.entry where operation_id = any ($1) order by amount",
    [[one, two]],
  );
  expect(rows).toEqual(["100000", "123457"].map((amount) => ({ by: "import", evidence: sha, amount })));
});

test.each<[string, string, RegExp]>([
  ["no columns", "a,b\n1,2\n", /name the columns/],
  ["no file", "", /There is no file/],
  ["a quote that never ends", 'vendor,cost,operation_id\n"openai,1,', /is not a CSV file/],
  ["too much", `vendor,cost,operation_id\n${"x".repeat(17 * 1024 * 1024)}`, /larger than 16 MiB/],
])("%s is no bill", async (_, text, said) => {
  const path = join(dataDir, `${newId()}.csv`);
  if (text !== "") await writeFile(path, text);
  const { code, err } = await nexus(["operations", "import", path]);
  expect([code, said.test(err)]).toEqual([1, true]);
});

test("prices of an organization's own servers are set and listed, in USD per million", async () => {
  const set = ["price", "set", "--org", "topolo", "--model", "vllm/llama-3", "--input", "0.2", "--output", "0.6"];
  const made = await nexus([...set, "--class", "cacheRead=0.05"]);
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/vllm\/llama-3 +cacheRead +0\.05 /);
  const listed = await nexus(["price", "list", "--org", "org_topolo", "--vendor", "vllm", "--json"]);
  const prices: { unitClass: string; nanosPerMillion: string; source: string }[] = JSON.parse(listed.out);
  const priceOf = (unitClass: string) => prices.find((price) => price.unitClass === unitClass);
  expect(priceOf("input")).toMatchObject({ nanosPerMillion: "200000000", source: "organization" });
  expect(priceOf("output")).toMatchObject({ nanosPerMillion: "600000000" });
  expect((await nexus(["price", "list", "--org", "admin", "--vendor", "vllm"])).out).toMatch(/^No price/);
  const { rows } = await sql.query(
    "select actor_id, target, details->>'organizationId' as org from nexus.audit_event where action = 'price.set'",
  );
  expect(rows).toEqual([{ actor_id: userInfo().username, target: "vllm/llama-3", org: "org_topolo" }]);
});

test("what is printed beside a running gateway is its addresses, whatever this shell's environment says", async () => {
  const dir = await mkdtemp(join(tmpdir(), "nexus-running-"));
  const running = { gateway: "http://localhost:4300", auth: "http://localhost:4301" };
  const asked = ["app", "add", "beside", "--dev", "http://localhost:5190"];
  const letGo = await holdDataFolder(dir, "Topolo Nexus at http://localhost:4300", { addresses: running });
  const beside = await nexus(asked, { NEXUS_DATA_DIR: dir });
  const link = await nexus(["bootstrap"], { NEXUS_DATA_DIR: dir });
  await letGo();
  expect(beside.out.split("\n")).toEqual(
    expect.arrayContaining(["TOPOLO_AUTH_URL=http://localhost:4301", "NEXUS_URL=http://localhost:4300"]),
  );
  expect(link.out).toMatch(/^http:\/\/localhost:4301\/setup\?token=/);

  const addresses = { ...running, gatewayPublic: "https://nexus.example" };
  const endThat = await holdDataFolder(dir, "Topolo Nexus at https://nexus.example", { addresses });
  const behindProxy = await nexus(asked, { NEXUS_DATA_DIR: dir });
  await endThat();
  expect(behindProxy.out.split("\n")).toContain("NEXUS_URL=https://nexus.example");

  const alone = await nexus(asked, { NEXUS_DATA_DIR: dir });
  expect(alone.out.split("\n")).toContain("NEXUS_URL=http://localhost:1");
  // Made under the keys of that folder.
  await sql.query("delete from auth.signing_keys");
  await rm(dir, { recursive: true });
});

test("an app that has no docs yet is no trouble to the doctor", async () => {
  await nexus(["app", "add", "undocumented"]);
  const { out } = await nexus(["doctor"]);
  expect(out).toMatch(/✓ service registry .*srv_undocumented has no docs/);
});

test("an app is registered with a local origin, a client and its secret; once more, nothing changes and nothing is shown", async () => {
  const add = ["app", "add", "myapp", "--dev", "http://localhost:5173", "--name", "My App"];
  const made = await nexus(add);
  expect(made).toMatchObject({ code: 0, err: "" });
  const secret = /^TOPOLO_CLIENT_SECRET=(tss_[\w-]{43})$/m.exec(made.out)?.[1] ?? "";
  for (const line of [
    "TOPOLO_AUTH_URL=http://localhost:1",
    "TOPOLO_SERVICE_ID=srv_myapp",
    "TOPOLO_CLIENT_ID=myapp-local",
    "TOPOLO_REDIRECT_URI=http://localhost:5173/auth/callback",
  ])
    expect(made.out.split("\n")).toContain(line);
  const again = await nexus(add);
  expect(again.out).toContain("srv_myapp is registered already");
  expect(again.out).not.toContain("tss_");
  const rotated: { clientSecret: string } = JSON.parse(
    (await nexus(["app", "rotate-secret", "myapp-local", "--json"])).out,
  );
  expect(rotated.clientSecret).not.toBe(secret);

  const existing = await nexus(["app", "add", "srv_roadmapper", "--dev", "http://localhost:5174", "--json"]);
  expect(JSON.parse(existing.out)).toMatchObject({
    serviceId: "srv_roadmapper",
    clientId: "roadmapper-local",
    registered: false,
    clientSecret: expect.stringMatching(/^tss_/),
  });
  const { out } = await nexus(["app", "list"]);
  expect(out).toMatch(/srv_myapp +My App +active +http:\/\/localhost:5173 +myapp-local \(secret\) srv_myapp/);
  expect(out).not.toContain("tss_");
  expect(await nexus(["app", "add", "other", "--dev", "http://localhost:5174"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("http://localhost:5174 belongs to another service"),
  });

  const identity = await openIdentity({
    databaseUrl: database.url,
    publicUrl: "http://localhost:3001",
    encryptionKey: randomBytes(32),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    // A start finds no drift in a service that has a local address, and leaves it that address.
    expect(await identity.findManifestDrift()).toEqual([]);
    const token = await identity.fetch(
      new Request("http://localhost:3001/sso/exchange", {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`myapp-local:${rotated.clientSecret}`).toString("base64")}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: "grant_type=client_credentials",
      }),
    );
    expect(token.status).toBe(200);
    const preflight = await identity.fetch(
      new Request("http://localhost:3001/refresh", {
        method: "OPTIONS",
        headers: { origin: "http://localhost:5173", "access-control-request-method": "POST" },
      }),
    );
    expect(preflight.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
  } finally {
    await identity.close();
    await sql.query("delete from auth.signing_keys");
  }
  const { rows } = await sql.query(
    "select details from auth.audit_events where action = 'service.local-registration' and target = 'srv_myapp' order by id",
  );
  expect(rows.map(({ details }) => details.secretGiven)).toEqual([true, false]);
  expect(JSON.stringify(rows)).not.toContain("tss_");
});

test("a token is made, recognised in the list, and revoked", async () => {
  const made = await nexus([
    "token",
    "create",
    "--org",
    "topolo",
    "--app",
    "srv_roadmapper",
    "--permission",
    "srv_nexus.ai:invoke",
    "--label",
    "crm backend",
    "--days",
    "30",
    "--json",
  ]);
  const { id, token }: { id: string; token: string } = JSON.parse(made.out);
  expect(token).toMatch(/^nxs_[0-9a-f]{24}_/);
  const listed = await nexus(["token", "list"]);
  expect(listed.out).toMatch(new RegExp(`${id} +live +crm backend +org_topolo +srv_roadmapper +srv_nexus.ai:invoke`));
  expect(listed.out).not.toContain(token);
  const second: { token: string } = JSON.parse(
    (await nexus(["token", "rotate", id, "--overlap-hours", "1", "--json"])).out,
  );
  expect(second.token).toMatch(new RegExp(`^nxs_${id.slice(4)}_`));
  expect(second.token).not.toBe(token);
  expect(await nexus(["token", "revoke", id])).toMatchObject({ code: 0 });
  expect((await nexus(["token", "list"])).out).toMatch(new RegExp(`${id} +revoked`));
  const { rows } = await sql.query("select action from nexus.audit_event where target = $1 order by id", [id]);
  expect(rows.map(({ action }) => action)).toEqual(
    ["create", "rotate", "revoke"].map((verb) => `service-token.${verb}`),
  );
});

test("the last calls are shown, and those that end later follow, each once", async () => {
  const first = await call("org_topolo", true);
  const running = await call("org_topolo", false);
  const shown = await nexus(["usage", "tail", "--org", "topolo"]);
  expect(shown.out).toMatch(/openai\/gpt-test +byok +6 +32 +0\.0000201 +provider +12 +200/);
  expect(shown.out).toContain("running");
  const stop = new AbortController();
  const following = nexus(["usage", "tail", "--follow", "--json"], {}, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const later = await call("org_other", true);
  await sql.query("select 1");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  stop.abort();
  const ids = (await following).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).operationId);
  expect(ids.filter((id) => id === first)).toHaveLength(1);
  expect(ids.filter((id) => id === later)).toHaveLength(1);
  expect(ids.filter((id) => id === running)).toHaveLength(1);
});

test("entries are exported as a file and its manifest, and the next export goes on after them", async () => {
  await call("org_topolo", true);
  const file = join(dataDir, "entries.parquet");
  const args = ["usage", "export", "--format", "parquet", "--out", file, "--json"];
  const manifest = JSON.parse((await nexus([...args, "--since", "2026-01-01"])).out);
  const { rows } = await sql.query("select count(*)::int as n, sum(amount)::text as cost from nexus.entry");
  expect(manifest).toMatchObject({ rows: rows[0].n, costNanos: rows[0].cost, organization: null, after: "0" });
  expect(JSON.parse(await readFile(`${file}.manifest.json`, "utf8"))).toEqual(manifest);
  const bytes = await readFile(file);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(manifest.sha256);
  expect(bytes.subarray(-4).toString()).toBe("PAR1");
  await call("org_topolo", true);
  const next = await nexus(["usage", "export", "--since", manifest.next, "--org", "topolo", "--format", "jsonl"]);
  const [entry, end] = next.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entry).toMatchObject({ organization: "org_topolo", kind: "cost" });
  expect(end).toMatchObject({ complete: true, rows: 1, costNanos: entry.costNanos, after: manifest.next });
  expect((await nexus(["usage", "export", "--since", end.next])).out).toMatch(
    /^position,[^\n]+\n# complete: 0 rows, after /,
  );
  const period = await nexus([
    "usage",
    "export",
    "--org",
    "topolo",
    "--from",
    "2026-01-01",
    "--to",
    "2027-01-01",
    "--out",
    `${file}.csv`,
  ]);
  expect([period.code, (await readFile(`${file}.csv`, "utf8")).includes("# complete: ")]).toEqual([0, true]);
});

test("a new key is put first, every stored secret comes under it, and the old one still opens", async () => {
  const env = readEnv(environment);
  const operator = await openOperator(env, dataDir);
  await seedPlatformDefaults(
    operator.deps,
    new Map([["openai", { secret: { apiKey: "sk-operator-canary-0123456789" }, baseUrl: undefined }]]),
  );
  await operator.close();
  const { out, code } = await nexus(["secrets", "rotate"]);
  expect(code).toBe(0);
  expect(out).toContain("Key k2 was added");
  expect(out).toContain("1 stored secret is under the current key now.");
  expect(out).not.toContain("canary");
  const { rows } = await sql.query<{ wrap_key_id: string }>("select wrap_key_id from nexus.provider_credentials");
  expect(rows[0]?.wrap_key_id).toMatch(/^k2\./);
  expect(JSON.parse(await readFile(join(dataDir, "secrets.json"), "utf8")).encryptionKeys).toMatch(/^k2:[^,]+,k1:/);
  const doctor = await nexus(["doctor"]);
  expect(doctor.out).toMatch(/✓ vendor openai +platform default at api\.openai\.com/);
});

test("where keys come from the environment, the steps are told and nothing is changed", async () => {
  const before = await readFile(join(dataDir, "secrets.json"), "utf8");
  const { out } = await nexus(["secrets", "rotate"], {
    NEXUS_ENCRYPTION_KEYS: `own:${randomBytes(32).toString("base64")}`,
  });
  expect(out).toContain("BEHIND the current one");
  expect(await readFile(join(dataDir, "secrets.json"), "utf8")).toBe(before);
});

test("where the environment has a new key first, stored secrets come under it", async () => {
  const { encryptionKeys }: { encryptionKeys: string } = JSON.parse(
    await readFile(join(dataDir, "secrets.json"), "utf8"),
  );
  const keyId = async (): Promise<string | undefined> =>
    (await sql.query<{ id: string }>("select wrap_key_id as id from nexus.provider_credentials")).rows[0]?.id;
  const fresh = `own:${randomBytes(32).toString("base64")}`;
  const { out, code } = await nexus(["secrets", "rotate"], { NEXUS_ENCRYPTION_KEYS: `${fresh},${encryptionKeys}` });
  expect([code, out]).toEqual([0, expect.stringContaining("1 stored secret is under the current key now.")]);
  expect(await keyId()).toMatch(/^own\./);
  await nexus(["secrets", "rotate"], { NEXUS_ENCRYPTION_KEYS: `${encryptionKeys},${fresh}` });
  expect(await keyId()).toMatch(/^k2\./);
});

test("a process that would not take the new key is left alone, and so are its keys", async () => {
  const before = await readFile(join(dataDir, "secrets.json"), "utf8");
  const letGo = await holdDataFolder(dataDir, "Topolo Nexus with keys of its own");
  const { err, code } = await nexus(["secrets", "rotate"]);
  await letGo();
  expect([code, err]).toEqual([1, expect.stringContaining("Nothing was changed")]);
  expect(await readFile(join(dataDir, "secrets.json"), "utf8")).toBe(before);
});

test("doctor says of each part how it is, and what to do", async () => {
  const well = await nexus(["doctor"]);
  expect(well.out).toMatch(/✓ durability +fsync on/);
  expect(well.out).toMatch(/✓ migrations nexus +up to date\n✓ migrations auth +up to date/);
  expect(well.out).toMatch(/✓ encryption keys +fit all 1 stored secrets/);
  expect(well.out).toMatch(/– gateway +not running: npm start/);
  const wrongKey = await nexus(["doctor"], { NEXUS_ENCRYPTION_KEYS: `own:${randomBytes(32).toString("base64")}` });
  expect(wrongKey.code).toBe(1);
  expect(wrongKey.out).toMatch(/✗ encryption keys +no key for k2\.[0-9a-f]{12}\n {2}→ Put the missing key back/);
  expect(wrongKey.out).toMatch(/✗ vendor openai .* does not open/);
  await writeFile(join(dataDir, "first-run.json"), "{}", { mode: 0o644 });
  expect((await nexus(["doctor"])).out).toMatch(/✗ private files +others may read first-run\.json\n {2}→ cd /);
  await rm(join(dataDir, "first-run.json"));
  const noAuth = await nexus(["doctor"], { TOPOLO_AUTH_URL: "http://127.0.0.1:1" });
  expect(noAuth.out).toMatch(/✗ Topolo Auth .*\n {2}→ Check TOPOLO_AUTH_URL/);
});

test("doctor listens to the feed of Auth's revocations as a gateway does, and says how to let it through", async () => {
  const auth = await startTestAuth();
  const secret = await auth.server.createServiceClientSecret("srv_nexus");
  const remote = (url: string) => ({ TOPOLO_AUTH_URL: url, TOPOLO_AUTH_CLIENT_SECRET: secret });
  expect((await nexus(["doctor"], remote(auth.url))).out).toMatch(/✓ revocation feed +heard from, \d+ ms old/);
  const unused = await nexus(["doctor"], { ...remote(auth.url), NEXUS_AUTH_CACHE_MS: "0" });
  expect(unused.out).not.toContain("revocation feed");
  // What holds answers back until they are complete lets all others through.
  const holding = createServer((request, response) => {
    void fetch(auth.url + (request.url ?? ""), { headers: { authorization: request.headers.authorization ?? "" } })
      .then(async (answer) =>
        response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text()),
      )
      .catch(() => response.destroy());
  });
  await once(holding.listen(0, "127.0.0.1"), "listening");
  const address = holding.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const held = await nexus(["doctor"], remote(`http://127.0.0.1:${port}`));
  expect(held.out).toMatch(/✓ Topolo Auth .*\n✗ revocation feed +nothing is heard; .*\n {2}→ See that no proxy/);
  holding.close();
  holding.closeAllConnections();
  await auth.close();
}, 60_000);

test("doctor and the others say what is wrong with the database's address", async () => {
  const refused = await nexus(["budget", "list", "--org", "org_topolo"], {
    DATABASE_URL: "postgresql://nexus@127.0.0.1:1/nexus",
  });
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.err).toContain("Nothing answers at DATABASE_URL");
  const absent = await nexus(["doctor"], { DATABASE_URL: database.url.replace(/\/[^/]+$/, "/nowhere") });
  expect(absent.out).toMatch(/✗ database +not usable\n {2}→ The database named in DATABASE_URL does not exist/);
  const name = `empty_${randomBytes(4).toString("hex")}`;
  await sql.query(`create database ${name}`);
  const empty = await nexus(["usage", "tail"], { DATABASE_URL: database.url.replace(/\/[^/]+$/, `/${name}`) });
  await sql.query(`drop database ${name}`);
  expect(empty.err).toContain("start Topolo Nexus once");
});

test("what a vendor told of an act is reported once for each event, and of nothing else", async () => {
  const id = await call("org_topolo", "unknown act");
  const report = (...args: readonly string[]) => nexus(["operations", "report", ...args]);
  const told = ["--vendor", "courier", "--event", "evt_cli"];
  expect((await report(id, ...told)).err).toContain("--done or --not-done");
  expect((await report(id, ...told, "--done", "--not-done")).code).toBe(1);
  expect((await report(id, "--vendor", "courier", "--done")).err).toContain("--event");
  expect((await report(id, "--vendor", "stripe", "--event", "evt_cli", "--done")).err).toContain(
    "vendor: one that was asked: courier",
  );
  expect(await report(id, ...told, "--done", "--object", "obj_1")).toMatchObject({
    code: 0,
    out: "The report is taken: the operation is examined again at once.\n",
  });
  expect((await report(id, ...told, "--done")).out).toContain("This event was reported before");
  const json = await report(id, "--vendor", "courier", "--event", "evt_cli_2", "--not-done", "--json");
  expect(JSON.parse(json.out)).toMatchObject({ accepted: "new" });
  expect((await report(await call("org_topolo", true), ...told, "--done")).err).toContain("Nothing with that id");
  const { rows } = await sql.query(
    "select event_id, outcome, object_id, actor from nexus.outcome_report where operation_id = $1 order by event_id",
    [id],
  );
  const actor = userInfo().username;
  expect(rows).toEqual([
    { event_id: "evt_cli", outcome: "done", object_id: "obj_1", actor },
    { event_id: "evt_cli_2", outcome: "not_done", object_id: null, actor },
  ]);
});

test("organizations are admitted with a budget and withdrawn, by slug and by id", async () => {
  await sql.query(
    `insert into auth.organizations (id, slug, name, kind) values ('org_stranger', 'stranger', 'Stranger', 'developer_workspace')
     on conflict do nothing`,
  );
  const list = async () => (await nexus(["organizations", "list", "--waiting"])).out;
  expect(await list()).toMatch(/stranger +org_stranger +active +not admitted/);
  expect((await nexus(["organizations", "admit", "stranger"])).out).toContain("stranger is admitted: 1");
  expect(await list()).not.toContain("stranger");
  expect((await nexus(["organizations", "admit", "org_stranger", "--budget", "2.50"])).out).toContain("2.50");
  expect((await nexus(["organizations", "admit", "stranger", "--unlimited"])).out).toContain("no limit");
  expect((await nexus(["organizations", "admit", "stranger", "--budget", "ten"])).err).toContain("is not an amount");
  expect((await nexus(["organizations", "admit", "nowhere"])).code).toBe(1);
  expect((await nexus(["organizations", "withdraw", "stranger"])).out).toContain("no longer admitted");
  expect(await list()).toContain("stranger");
  const { rows } = await sql.query<{ action: string }>(
    "select action from auth.audit_events where target = 'org_stranger' order by occurred_at, id",
  );
  expect(rows.map(({ action }) => action)).toEqual([
    "organization.admit",
    "organization.admit",
    "organization.admit",
    "organization.withdraw-admission",
  ]);
});

test("which apps without a registration an organization lets in is shown and changed, by slug and by id", async () => {
  await sql.query(
    `insert into auth.organizations (id, slug, name, kind) values ('org_letting', 'letting', 'Letting', 'standard') on conflict do nothing`,
  );
  const apps = (...args: readonly string[]) => nexus(["organizations", "unregistered-apps", ...args]);
  expect(await apps("letting")).toMatchObject({ code: 0, out: expect.stringContaining("people of letting: none.") });
  const listed = await apps("letting", "listed", "--host", "a.example.com", "b.example.com");
  expect(listed.out).toContain("those at a.example.com, b.example.com.");
  expect((await apps("org_letting")).out).toContain("those at a.example.com, b.example.com.");
  expect((await apps("org_letting", "allowed")).out).toContain(": any.");
  expect(await apps("letting", "listed", "--host", "https://a.example.com/")).toMatchObject({
    code: 1,
    err: expect.stringContaining("hosts.0: a host name such as app.example.com"),
  });
  expect((await apps("letting", "listed")).err).toContain("hosts: hosts with the policy listed");
  expect((await apps("letting", "--host", "a.example.com")).err).toContain("Hosts come with a policy");
  expect((await apps("letting", "everything")).code).toBe(1);
  expect((await apps("nowhere", "allowed")).code).toBe(1);
  const off = await nexus(["organizations", "unregistered-apps", "letting"], { AUTH_CLIENT_DOCUMENTS: "off" });
  expect(off.out).toContain("this installation lets none in");
  const { rows } = await sql.query<{ details: unknown; actor_type: string; actor_id: string }>(
    "select details, actor_type, actor_id from auth.audit_events where target = 'org_letting' order by occurred_at, id",
  );
  const by = { actor_type: "system", actor_id: userInfo().username };
  expect(rows).toEqual([
    { ...by, details: { policy: "listed", hosts: ["a.example.com", "b.example.com"] } },
    { ...by, details: { policy: "allowed", hosts: [] } },
  ]);
});

test("an account is given back to its owner, by address and by id: nothing opens it, and a link is mailed", async () => {
  await sql.query(
    `insert into auth.users (id, email, email_verified_at) values ('usr_kept_out', 'kept-out@example.com', now());
     insert into auth.password_credentials (user_id, hash, changed_at) values ('usr_kept_out', 'x', now());
     insert into auth.webauthn_credentials (id, user_id, public_key, sign_count, transports, device_type, backed_up, aaguid, name, created_at)
       values ('foreign', 'usr_kept_out', '\\x00', 0, '{}', 'singleDevice', false, '', 'Foreign', now())`,
  );
  const reason = ["--reason", "showed an identity card"];
  expect((await nexus(["users", "recover", "kept-out@example.com"])).err).toContain("--reason");
  expect((await nexus(["users", "recover", "nobody@example.com", ...reason])).code).toBe(1);
  const { out, err, code } = await nexus(["users", "recover", "kept-out@example.com", ...reason]);
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(out).toContain("Nothing opens the account of kept-out@example.com any more.");
  expect(out).toContain("passkeys: 1");
  expect((await nexus(["users", "recover", "usr_kept_out", ...reason])).code).toBe(0);
  const { rows } = await sql.query(
    `select (select count(*)::int from auth.webauthn_credentials where user_id = 'usr_kept_out') as passkeys,
       (select count(*)::int from auth.password_credentials where user_id = 'usr_kept_out') as passwords,
       (select count(*)::int from auth.mail_outbox where kind = 'password.reset' and sent_at is null) as mails`,
  );
  expect(rows).toEqual([{ passkeys: 0, passwords: 0, mails: 2 }]);
  const { rows: events } = await sql.query(
    "select actor_type, actor_id, details->>'reason' as reason from auth.audit_events where action = 'user.recovered' and target = 'usr_kept_out'",
  );
  expect(events).toEqual(
    [1, 2].map(() => ({ actor_type: "system", actor_id: userInfo().username, reason: "showed an identity card" })),
  );
});

test("a link for the first administrator, until there is one", async () => {
  const { out, code } = await nexus(["bootstrap"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^http:\/\/localhost:1\/setup\?token=[\w-]{43}\n/);
  await sql.query("insert into auth.bootstrap_done (user_id, done_at) values ('usr_first', now())");
  expect((await nexus(["bootstrap"])).err).toContain("The first administrator exists");
});

test.each([
  [["budget", "set", "--org", "nobody", "--limit", "1"], /There is no organization "nobody"/],
  [["budget", "set", "--org", "topolo", "--limit", "1e5"], /"1e5" is not an amount/],
  [
    ["budget", "set", "--org", "topolo", "--limit", "1", "--period", "year"],
    /Allowed choices are hour, day, week, month, total/,
  ],
  [["budget", "set", "--org", "topolo", "--limit", "1", "--hard", "--soft"], /cannot be used with option '--soft'/],
  [["budget", "set", "--org", "topolo", "--scope", "user", "--limit", "1"], /needs --id/],
  [["budget", "set", "--org", "topolo", "--limit", "1", "--time-zone", "Mars"], /timeZone: an IANA time zone/],
  [["token", "create", "--org", "topolo", "--label", "x", "--permission", "everything"], /permissions\.0: /],
  [["token", "create", "--org", "topolo", "--label", "x"], /required option '--permission/],
  [
    ["budget", "set", "--org", "topollo", "--limit", "1"],
    /There is no organization "topollo"; did you mean "topolo"\?/,
  ],
  [["budget", "list", "--org", "org_topollo"], /--org: an organization; did you mean "org_topolo"/],
  [
    ["budget", "set", "--org", "topolo", "--limit", "1", "--scope", "app", "--id", "srv_roadmaper"],
    /scopeId: a registered app; did you mean "srv_roadmapper"/,
  ],
  [
    ["budget", "set", "--org", "topolo", "--limit", "1", "--scope", "user", "--id", "usr_nobody"],
    /scopeId: an active member of the organization/,
  ],
  [
    ["budget", "set", "--org", "topolo", "--limit", "1", "--scope", "key", "--id", "key_none"],
    /scopeId: an API key or service token of the organization/,
  ],
  [
    ["token", "create", "--org", "topolo", "--label", "x", "--permission", "srv_nexus.ai:invok"],
    /permissions\.0: a permission of Topolo Nexus; did you mean "srv_nexus\.ai:invoke"\?/,
  ],
  [
    ["token", "create", "--org", "topolo", "--label", "x", "--permission", "srv_nexus.ai:invoke", "--app", "srv_bugfx"],
    /apps\.0: a registered app; did you mean "srv_bugfix"/,
  ],
  [["app", "add", "My App"], /short name has lower-case letters/],
  [["app", "add", "myapp", "--dev", "http://127.0.0.1:5173"], /--dev takes an origin on localhost/],
  [["app", "add", "myapp", "--dev", "http://localhost:5173/x"], /--dev takes an origin on localhost/],
  [
    ["app", "add", "myapp", "--dev", "http://localhost:5173", "--callback", "//evil.example"],
    /--callback takes a path/,
  ],
  [["app", "add", "myapp", "--org", "topollo"], /did you mean "topolo"/],
  [
    ["app", "rotate-secret", "myapp-locl"],
    /There is no client "myapp-locl" with a secret; did you mean "myapp-local"\?/,
  ],
  [["price", "set", "--model", "vlm/llama", "--input", "1"], /vendor: .*did you mean "vllm"\?/],
  [
    ["price", "set", "--model", "vllm/llama", "--class", "inputs=1"],
    /--class: a class of units; did you mean "input"\?/,
  ],
  [["price", "set", "--model", "llama", "--input", "1"], /--model takes vendor\/model/],
  [["price", "set", "--model", "vllm/llama"], /Name at least one price/],
  [["token", "revoke", "x"], /id: /],
  [["usage", "tail", "--lines", "many"], /--lines takes a whole number/],
  [["usage", "export"], /Give --since/],
  [["usage", "export", "--since", "2026-01-01", "--format", "json"], /parquet, csv, jsonl, not as json/],
  [["usage", "export", "--since", "2026-01-01", "--format", "parquet"], /--out <file>/],
  [["usage", "export", "--since", "2026-01-01", "--to", "2026-02-01"], /--until/],
  [["usage", "export", "--since", "soon"], /since: a day of UTC/],
  [
    ["usage", "export", "--org", "topolo", "--from", "2026-01-01", "--to", "2026-02-01", "--format", "parquet"],
    /csv, ndjson, json/,
  ],
  [["audit", "--lines", "0"], /--lines takes a whole number from 1 to 200/],
  [["audit", "--from", "yesterday"], /--from takes a moment/],
  [["nonsense"], /unknown command 'nonsense'/],
])("%j is refused in plain words", async (args, message) => {
  const { code, err, out } = await nexus(args);
  expect(code).toBe(1);
  expect(err).toMatch(message);
  expect(err + out).not.toMatch(/at .*\.ts:\d+/);
});

test("a data folder without data is not filled with any", async () => {
  const { DATABASE_URL: _, ...own } = environment;
  environment = own;
  const empty = await mkdtemp(join(tmpdir(), "nexus-cli-empty-"));
  expect((await nexus(["token", "list"], { NEXUS_DATA_DIR: empty })).err).toContain("run npm start once");
  await rm(empty, { recursive: true });
});
