import { hash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setOrganizationOverride } from "../../server/domain/credentials/index.ts";
import { createKey } from "../../server/domain/keys/index.ts";
import { setPreferences } from "../../server/domain/preferences/index.ts";
import { setPrice } from "../../server/domain/pricing/index.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { testContext } from "../../test/deps.ts";
import { findCanaries, formsOf, type Canary, type Hit, type Sink } from "./canary.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { createTokenAsOperator } from "../../test/create-token-as-operator.ts";

/** Looks like a vendor's key and stands nowhere else. */
const newSecret = (kind: string): string => `sk-canary-${kind}-${randomBytes(18).toString("base64url")}`;

const planted = {
  platform: newSecret("platform"),
  byok: newSecret("byok"),
  override: newSecret("override"),
  rotated: newSecret("rotated"),
} as const;

let database: TestDatabase;
let dataDir: string;
let sandbox: Sandbox;
let cluster: Cluster;
let gateway: GatewayProcess;
let canaries: Canary[];
let apiKey: string;
let serviceToken: string;
const replies: Sink[] = [];
const keysSeen: (string | null)[] = [];
const digestOf = (key: string): string => hash("sha256", key).slice(0, 12);

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-canary-"));
  sandbox = await startSandbox({ fsync: false, onRequest: ({ keyDigest }) => void keysSeen.push(keyDigest) });
  const { openai, anthropic, google, compatible } = sandbox.baseUrls;
  cluster = await openCluster({
    databaseUrl: database.url,
    dataDir,
    vendors: { openai, anthropic, google },
    vendorKey: planted.platform,
    overrides: { logLevel: "trace", callTimeoutMs: 2_000 },
  });
  const { organizationId, deps } = cluster;
  const ctx = testContext({
    organizationId,
    actor: {
      kind: "user",
      userId: "usr_root",
      sessionId: "ses_root",
      role: "platform_super_admin",
      platformBypass: true,
    },
  });
  const baseUrl = compatible;
  const price = { input: "1000000000", output: "2000000000" };
  for (const vendor of ["compatible", "vllm"])
    await setPrice(deps, ctx, { vendor, model: "house", organizationId: null, prices: price });
  await createKey(deps, ctx, { vendor: "compatible", label: "own", secret: { apiKey: planted.byok }, baseUrl });
  await setOrganizationOverride(deps, ctx, { vendor: "vllm", secret: { apiKey: planted.rotated }, baseUrl });
  await setOrganizationOverride(deps, ctx, { vendor: "vllm", secret: { apiKey: planted.override }, baseUrl });
  await setPreferences(deps, ctx, { revision: 0, byokPolicy: "fallback-with-consent" });
  apiKey = (await cluster.createApiKey(appId)).apiKey;
  const made = await createTokenAsOperator(deps, {
    label: "Canary",
    organizations: "all",
    apps: "all",
    permissions: ["srv_nexus.ai:invoke", "srv_nexus.ai:read", "srv_nexus.usage:read"],
  });
  serviceToken = made.token;
  canaries = [
    ...Object.entries(planted).map(([name, secret]) => ({ name: `vendor key, ${name}`, secret })),
    { name: "API key", secret: apiKey },
    { name: "service token", secret: serviceToken },
    { name: "Auth client secret", secret: cluster.config.authClientSecret },
    { name: "encryption key", secret: cluster.config.encryptionKeys?.split(":")[1] ?? "" },
    { name: "pepper", secret: cluster.config.tokenPepper },
  ];
  gateway = await cluster.startGateway();
}, 90_000);
afterAll(async () => {
  await cluster.close();
  await sandbox.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const request = async (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<number> => {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text().catch(() => "");
  replies.push({
    name: `reply ${method} ${path} ${response.status}`,
    text: `${JSON.stringify([...response.headers])}\n${text}`,
  });
  return response.status;
};

const models = [
  "openai/gpt-4o-mini",
  "anthropic/claude-sonnet-4-5",
  "google/gemini-2.5-flash",
  "compatible/house",
  "vllm/house",
] as const;

const bodies = (model: string, text: string) =>
  [
    ["/v1/chat/completions", { model, messages: [{ role: "user", content: text }], max_completion_tokens: 20 }],
    [
      "/v1/chat/completions",
      { model, messages: [{ role: "user", content: text }], max_completion_tokens: 20, stream: true },
    ],
    ["/api/ai/generate-text", { model, prompt: text, maxOutputTokens: 20 }],
    ["/api/trpc/ai.generateText", { model, prompt: text, maxOutputTokens: 20 }],
  ] as const;

/** Failures in which a careless vendor would repeat the key it was sent. */
const echo = [
  { name: "status", status: 400, message: `Bad request with key ${Object.values(planted).join(" and ")}` },
  { name: "status", status: 500, message: `Oops: ${Object.values(planted).join(", ")}` },
  { name: "raw", status: 418, body: JSON.stringify(planted) },
  { name: "raw", status: 200, body: `{"oops":"${planted.byok}` },
  { name: "error-mid-stream", message: planted.platform },
  { name: "cut-before-headers" },
  { name: "malformed-json" },
] as const;

const tables = async (): Promise<Sink[]> => {
  const { rows } = await cluster.pool.query<{ schema: string; name: string }>(
    "select schemaname schema, tablename name from pg_tables where schemaname in ('nexus', 'auth', 'public')",
  );
  return Promise.all(
    rows.map(async ({ schema, name }) => {
      const dump = await cluster.pool.query<{ row: string }>(
        `select to_jsonb(t)::text "row" from ${schema}."${name}" t`,
      );
      return { name: `table ${schema}.${name}`, text: dump.rows.map(({ row }) => row).join("\n") };
    }),
  );
};

const logs = async (): Promise<Sink[]> => {
  const files = await readdir(cluster.logDir);
  return Promise.all(
    files.map(async (file) => ({ name: `log ${file}`, text: await readFile(join(cluster.logDir, file), "utf8") })),
  );
};

/** A key is shown by its end, where that tells nothing: what is left of the key is beyond guessing. */
const isMeantToShow = ({ canary, form }: Hit): boolean => form === "last 8" && canary === "API key";

describe("secrets that stand nowhere else", () => {
  it("turn up in no reply, log, metric or table, whatever the vendor echoes", { timeout: 120_000 }, async () => {
    const [bearer, service]: [Record<string, string>, Record<string, string>] = [
      { authorization: `Bearer ${apiKey}` },
      {
        "x-nexus-service-token": serviceToken,
        "x-nexus-organization-id": cluster.organizationId,
        "x-service-id": appId,
      },
    ];
    const statuses = new Set<number>();
    const failures = () => sandbox.requests().filter(({ faults }) => faults.length > 0);
    const fine = async (model: string, headers: Readonly<Record<string, string>>): Promise<void> => {
      const [[path, body]] = bodies(model, "All is well.");
      for (let times = 0; times < 2; times += 1) await request("POST", path, headers, body);
    };
    for (const model of models) {
      for (const [path, body] of bodies(model, "All is well.")) statuses.add(await request("POST", path, bearer, body));
    }
    // At every vendor and every door each failure, between successes that keep circuits closed; a refused key comes last.
    const faults = [...echo, { name: "unauthorized", message: `Incorrect API key provided: ${planted.byok}` }];
    for (const [turn, fault] of faults.entries()) {
      sandbox.script({ contains: "All is lost.", faults: [fault] });
      const failedBefore = failures().length;
      for (const [index, model] of models.entries()) {
        const headers = index % 2 === 0 ? bearer : service;
        // Half of the doors at a time; every door meets every failure at some vendor.
        for (const [path, body] of bodies(model, "All is lost.").filter((_, door) => (door + index + turn) % 2 === 0)) {
          statuses.add(await request("POST", path, headers, body));
          if (fault.name !== "unauthorized") await fine(model, headers);
        }
      }
      expect(failures().length - failedBefore).toBeGreaterThanOrEqual(models.length);
      await sandbox.reset();
    }
    const wrong: Record<string, string>[] = [
      { authorization: `Bearer ${apiKey}x` },
      { authorization: `Basic ${apiKey}` },
      { "x-nexus-service-token": `${serviceToken},${serviceToken}` },
    ];
    for (const headers of wrong) {
      statuses.add(await request("POST", "/v1/chat/completions", headers, { model: "openai/gpt-4o-mini" }));
    }
    for (const path of [
      "/health",
      "/health/ready",
      "/metrics",
      "/api/openapi.json",
      "/v1/models",
      "/api/keys",
      "/api/provider-credentials",
      "/api/operations",
      "/api/ai/models",
    ]) {
      for (const headers of [bearer, service]) await request("GET", path, headers);
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 401]));
    expect(Math.max(...statuses)).toBeGreaterThanOrEqual(500);
    // The keys in use were really sent.
    expect(new Set(keysSeen)).toEqual(new Set([planted.platform, planted.byok, planted.override].map(digestOf)));
    await gateway.stop();

    const sinks = [...replies, ...(await logs()), ...(await tables())];
    expect(sinks.length).toBeGreaterThan(200);
    expect(sinks.some(({ name, text }) => name.startsWith("log gateway") && text.length > 1_000)).toBe(true);
    expect(sinks.some(({ name, text }) => name === "table nexus.operation" && text.length > 1_000)).toBe(true);
    expect(findCanaries(canaries, sinks).filter((hit) => !isMeantToShow(hit))).toEqual([]);

    // Leaks on purpose, where nobody would look: the same search finds each of them.
    const leak = Buffer.from(`x${planted.override}`).toString("base64");
    await cluster.pool.query("create table public.leak (note text)");
    await cluster.pool.query("insert into public.leak values ($1)", [leak]);
    await appendFile(join(cluster.logDir, "gateway-1.log"), `{"msg":"${Buffer.from(planted.byok).toString("hex")}"}\n`);
    const found = findCanaries(canaries, [...(await logs()), ...(await tables())]).filter((hit) => !isMeantToShow(hit));
    expect(new Set(found.map(({ canary, sink }) => `${canary} in ${sink}`))).toEqual(
      new Set(["vendor key, override in table public.leak", "vendor key, byok in log gateway-1.log"]),
    );
  });

  it("are found where they leak, in any spelling and in the middle of anything", () => {
    for (const { name, secret } of canaries) {
      for (const [form, spelled] of formsOf(secret)) {
        const hits = findCanaries([{ name, secret }], [{ name: "leak", text: `{"msg":"before ${spelled} after"}` }]);
        expect(hits).toContainEqual({ canary: name, form, sink: "leak" });
      }
      for (const before of ["", "a", "ab", "abc"]) {
        const whole = Buffer.from(`${before}${secret}behind`).toString("base64");
        expect(findCanaries([{ name, secret }], [{ name: "leak", text: whole }]).length).toBeGreaterThan(0);
      }
    }
  });
});
