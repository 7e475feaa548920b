import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServiceToken } from "../domain/service-tokens/index.ts";
import { sendRaw, askOverRest, askOverTrpc, type AskFor, type RawAnswer } from "../../test/send-raw.ts";
import { everyPermission, openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { listProcedures, type DeclaredProcedure } from "./trpc/procedure-list.ts";

let test: ListeningGateway;
/** Of an organization with one of everything, and of another that has nothing. */
let owner: { readonly credential: string; readonly organizationId: string; readonly userId: string };
let stranger: { readonly credential: string; readonly organizationId: string };
/** Ids of what the owner has. */
const owned: Record<string, string> = {};
const canary = "canary-7Zq4vT9sLw2xKd8m";

const procedures = listProcedures();
const doors: readonly (readonly [string, AskFor])[] = [
  ["tRPC", askOverTrpc],
  ["REST", askOverRest],
];

const inputOf = (name: string): Readonly<Record<string, unknown>> => {
  const { [name]: input } = procedureInputs;
  if (!input) throw new Error(`procedure-inputs.ts has no input for ${name}`);
  return input;
};

const procedureOf = (name: string): DeclaredProcedure => {
  const found = procedures.find((one) => one.name === name);
  if (!found) throw new Error(`no procedure ${name}`);
  return found;
};

const askAs = (
  credential: string,
  askFor: AskFor,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<RawAnswer> => {
  const request = askFor(procedureOf(name), input);
  return sendRaw(test.port, { ...request, headers: { ...request.headers, authorization: `Bearer ${credential}` } });
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const member = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((at, key) => (isRecord(at) ? at[key] : undefined), value);

const textAt = (answer: RawAnswer, ...path: readonly string[]): string => {
  const found = member(JSON.parse(answer.text), ...path);
  if (typeof found !== "string") throw new Error(`nothing at ${path.join(".")} of ${answer.text}`);
  return found;
};

const codeOf = ({ text }: RawAnswer): unknown => {
  const error = member(JSON.parse(text), "error");
  return member(error, "json", "data", "nexus", "code") ?? member(error, "code");
};

/** All that management wrote, of whatever organization; what only counts use stays out. */
const everything = async (): Promise<string> => {
  const { rows: tables } = await test.deps.db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'nexus' and table_type = 'BASE TABLE'
        and table_name not in ('attribution_gap', 'process_heartbeat', 'worker_lease', '_prisma_migrations') order by 1`,
  );
  const dumped = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await test.deps.db.pool.query<{ all: string | null }>(
        `select md5(string_agg(kept, '' order by kept)) as all from nexus."${name.replaceAll('"', '""')}" t, lateral (select (to_jsonb(t) - 'last_used_at' - 'last_seen_at')::text as kept) s`,
      );
      return `${name} ${rows[0]?.all ?? ""}`;
    }),
  );
  return dumped.join("\n");
};

beforeAll(async () => {
  test = await openListeningGateway();
  owner = test.issue();
  stranger = test.issue();
  const as = (name: string, input: Readonly<Record<string, unknown>>) =>
    askAs(owner.credential, askOverRest, name, input);
  const secret = { apiKey: canary };
  owned["key"] = textAt(await as("keys.create", { vendor: "openai", label: "main", secret }), "id");
  await as("keys.create", {
    vendor: "compatible",
    label: "own",
    secret,
    baseUrl: "https://models.example.com/v1",
  });
  owned["override"] = textAt(await as("credentials.setOrganizationOverride", { vendor: "anthropic", secret }), "id");
  owned["budget"] = textAt(
    await as("usage.budgets.set", { scope: "app", scopeId: "srv_a", period: "month", limitNanos: "9000" }),
    "id",
  );
  // What binds the owner alone is shown to nobody else as theirs.
  await as("usage.budgets.set", { scope: "user", scopeId: owner.userId, period: "month", limitNanos: "900000000000" });
  await as("usage.requests.create", { budgetId: owned["budget"], limitNanos: "9000000", reason: "for us" });
  owned["webhook"] = textAt(
    await as("usage.webhooks.create", { label: "Finance", url: "https://hooks.example.com/nexus" }),
    "webhook",
    "id",
  );
  await test.refresh();
  // The sandbox stands behind the platform's own credentials, not behind those that were just stored.
  const call = await as("ai.generateText", { ...inputOf("ai.generateText"), model: "google/gemini-2.5-flash" });
  owned["operation"] = textAt(call, "nexus", "operationId");
  await test.deps.db.pool.query("select nexus.nexus_roll_up_usage(1000)");
  const ctx = test.context({ organizationId: owner.organizationId, permissions: everyPermission() });
  const issued = await createServiceToken({ ...test.deps, knownPermissions: everyPermission() }, ctx, {
    label: "backend",
    permissions: ["srv_nexus.ai:invoke"],
  });
  owned["token"] = issued.token;
  owned["tokenId"] = issued.serviceToken.id;
});
afterAll(() => test.close());

describe("without its permission", () => {
  it.each(procedures.map(({ name, permissions }) => [name, permissions] as const))(
    "%s is refused, and nothing is done",
    async (name, permissions) => {
      const others = new Set([...everyPermission()].filter((one) => !permissions.some((needed) => needed === one)));
      const { credential } = test.issue({ organizationId: owner.organizationId, permissions: others });
      const before = await everything();
      for (const [door, askFor] of doors) {
        const answer = await askAs(credential, askFor, name, inputOf(name));
        // A stream of tRPC's has begun, with 200, before it says anything.
        if (askFor === askOverTrpc && procedureOf(name).streaming)
          expect(answer.text).toContain('"code":"SCOPE_DENIED"');
        else expect([door, answer.status, codeOf(answer)]).toEqual([door, 403, "SCOPE_DENIED"]);
        expect(answer.text).toContain(permissions.join(" or "));
      }
      expect(await everything()).toBe(before);
    },
  );

  it.each([
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/images/generations",
    "/v1/moderations",
    "/v1/messages",
    "/v1/models",
  ])("%s is refused", async (path) => {
    const permissions = new Set(
      [...everyPermission()].filter((one) => one !== "srv_nexus.ai:invoke" && one !== "srv_nexus.ai:read"),
    );
    const { credential } = test.issue({ permissions });
    const model = path === "/v1/messages" ? "anthropic/claude-sonnet-4-5" : "openai/gpt-4o-mini";
    const input =
      path === "/v1/embeddings" || path === "/v1/moderations"
        ? { input: "x" }
        : path === "/v1/images/generations"
          ? { prompt: "x" }
          : { messages: [{ role: "user", content: "x" }], max_tokens: 1 };
    const answer = await sendRaw(test.port, {
      method: path === "/v1/models" ? "GET" : "POST",
      path,
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
      body: path === "/v1/models" ? undefined : JSON.stringify({ model, ...input }),
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, "SCOPE_DENIED"]);
  });

  it.each(procedures.map(({ name }) => name))("%s answers nobody without a credential", async (name) => {
    for (const [, askFor] of doors) {
      const answer = await sendRaw(test.port, askFor(procedureOf(name), inputOf(name)));
      expect([answer.status, codeOf(answer)]).toEqual([401, "UNAUTHENTICATED"]);
    }
  });
});

describe("what outlives a token", () => {
  const lasting = procedures.filter((one) => one.lasting).map(({ name }) => name);

  it("is every stored vendor secret, what puts one to use, every service token, what lets more money leave, and who is told of it", () => {
    expect(lasting.toSorted()).toEqual([
      "approvals.approve",
      "credentials.rotateOrganizationOverride",
      "credentials.rotatePlatformDefault",
      "credentials.setOrganizationOverride",
      "credentials.setOrganizationOverrideStatus",
      "credentials.setPlatformDefault",
      "credentials.setPlatformDefaultStatus",
      "keys.create",
      "keys.rotate",
      "keys.setPrimary",
      "keys.setStatus",
      "plans.set",
      "serviceTokens.create",
      "serviceTokens.rotate",
      "spending.set",
      "usage.alerts.set",
      "usage.webhooks.create",
      "usage.webhooks.rotate",
      "wallets.adjust",
    ]);
    // Everything else that changes something has said that it does not.
    for (const { name, type, metered, lasting: said } of procedures)
      if (type === "mutation" && !metered) expect(typeof said, name).toBe("boolean");
  });

  it.each(lasting)("%s needs a sign-in of the last ten minutes, and says where to confirm", async (name) => {
    const before = await everything();
    for (const recentUntil of [Date.now() - 1, 0]) {
      const { credential } = test.issue({ organizationId: owner.organizationId, recentUntil });
      for (const [door, askFor] of doors) {
        const answer = await askAs(credential, askFor, name, inputOf(name));
        expect([door, answer.status, codeOf(answer)]).toEqual([door, 403, "REAUTHENTICATION_REQUIRED"]);
        expect(answer.text).toContain("/api/me/reauthenticate");
        expect(answer.text).toContain("/confirm-identity");
      }
    }
    expect(await everything()).toBe(before);
  });
});

const now = new Date();
/** The calls are of today. */
const thisMonth = {
  from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth())).toISOString(),
  to: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString(),
};
const month = thisMonth.from.slice(0, 7);

/** Without which a query does not look at anything. */
const neededBy: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "usage.summary": thisMonth,
  "usage.explore": { ...thisMonth, groupBy: ["key", "model"] },
  "usage.values": { of: "key" },
  "audit.values": { of: "actor" },
  "usage.statement": { month },
  "usage.statementCsv": { month },
  "usage.export": thisMonth,
  "usage.entries": { since: thisMonth.from },
  "usage.prices.history": { vendor: "openai", model: "gpt-4o-mini" },
  "usage.budgets.preview": { scope: "organization", period: "month", limitNanos: "1" },
};

/** What a stranger can name of the owner's, by procedure. */
const foreign: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  "keys.rotate": () => ({ id: owned["key"], secret: { apiKey: "x" } }),
  "keys.setStatus": () => ({ id: owned["key"], status: "disabled" }),
  "keys.setPrimary": () => ({ id: owned["key"] }),
  "keys.test": () => ({ id: owned["key"] }),
  "keys.delete": () => ({ id: owned["key"] }),
  "serviceTokens.rotate": () => ({ id: owned["tokenId"] }),
  "serviceTokens.revoke": () => ({ id: owned["tokenId"] }),
  "operations.get": () => ({ operationId: owned["operation"] }),
  "operations.explain": () => ({ operationId: owned["operation"] }),
  "payments.operations.get": () => ({ operationId: owned["operation"] }),
  "operations.reconcile": () => ({ operationId: owned["operation"] }),
  "operations.resolve": () => ({ operationId: owned["operation"], costNanos: "1", reason: "mine" }),
  "operations.reportOutcome": () => ({
    operationId: owned["operation"],
    vendor: "openai",
    eventId: "evt_1",
    outcome: "done",
  }),
  "usage.budgets.remove": () => ({ id: owned["budget"] }),
  "usage.alerts.get": () => ({ id: owned["budget"] }),
  "usage.alerts.set": () => ({ id: owned["budget"] }),
  "usage.requests.decide": () => ({ id: owned["budget"], decision: "decline", note: "no" }),
  "usage.webhooks.rotate": () => ({ id: owned["webhook"] }),
  "usage.webhooks.test": () => ({ id: owned["webhook"] }),
  "usage.webhooks.remove": () => ({ id: owned["webhook"] }),
  "credentials.rotateOrganizationOverride": () => ({ vendor: "anthropic", secret: { apiKey: "x" } }),
  "credentials.setOrganizationOverrideStatus": () => ({ vendor: "anthropic", status: "disabled" }),
  "credentials.testOrganizationOverride": () => ({ vendor: "anthropic" }),
  "credentials.deleteOrganizationOverride": () => ({ vendor: "anthropic" }),
};

describe("of another organization", () => {
  it("has every procedure that takes an id of a row", () => {
    const rowIds = new Set(["id", "operationId"]);
    const taking = procedures.filter(({ input }) => Object.keys(input.shape).some((field) => rowIds.has(field)));
    expect(taking.map(({ name }) => name).filter((name) => !foreign[name])).toEqual([]);
  });

  it.each(Object.entries(foreign))("%s finds nothing and writes nothing", async (name, inputFor) => {
    const before = await everything();
    for (const [, askFor] of doors) {
      const answer = await askAs(stranger.credential, askFor, name, inputFor());
      expect([answer.status, codeOf(answer)]).toEqual([404, "NOT_FOUND"]);
    }
    expect(await everything()).toBe(before);
  });

  const naming = procedures.filter(({ input }) => Object.hasOwn(input.shape, "organizationId"));
  it.each(naming.map(({ name }) => name))("%s may not be named", async (name) => {
    const before = await everything();
    for (const [, askFor] of doors) {
      const answer = await askAs(stranger.credential, askFor, name, {
        ...inputOf(name),
        organizationId: owner.organizationId,
      });
      expect([403, 404]).toContain(answer.status);
      expect(answer.text).not.toContain(owned["override"]);
    }
    expect(await everything()).toBe(before);
  });

  it("nothing is listed, whatever cursor or filter names it", async () => {
    const ids = [...Object.values(owned), owner.organizationId];
    const cursors = [owned["operation"], "ffffffff-ffff-ffff-ffff-ffffffffffff"];
    const asked: (readonly [string, Readonly<Record<string, unknown>>])[] = procedures
      .filter(({ type }) => type === "query")
      .filter(({ name }) => !foreign[name] && !naming.some((one) => one.name === name))
      .flatMap(({ name, input }) => [
        [name, neededBy[name] ?? {}] as const,
        ...["before", "cursor"]
          .filter((field) => Object.hasOwn(input.shape, field))
          .flatMap((field) => cursors.map((cursor) => [name, { [field]: cursor }] as const)),
      ]);
    expect(asked.length).toBeGreaterThan(10);
    for (const [name, input] of asked) {
      for (const [, askFor] of doors) {
        const { text } = await askAs(stranger.credential, askFor, name, input);
        for (const id of ids) expect(text.includes(id), `${name} shows ${id}`).toBe(false);
      }
    }
  });

  it("a batch does not mix organizations", async () => {
    const input = JSON.stringify({ 0: {}, 1: { operationId: owned["operation"] } });
    const answer = await sendRaw(test.port, {
      method: "GET",
      path: `/api/trpc/keys.list,operations.get?batch=1&input=${encodeURIComponent(input)}`,
      headers: { authorization: `Bearer ${stranger.credential}` },
    });
    expect(answer.status).toBe(207);
    expect(answer.text).not.toContain(owned["key"]);
    expect(answer.text).toContain("NOT_FOUND");
  });

  it("an idempotency key is another key", async () => {
    const once = (credential: string) => {
      const request = askOverRest(procedureOf("ai.generateText"), inputOf("ai.generateText"));
      const headers = { ...request.headers, authorization: `Bearer ${credential}`, "idempotency-key": "the-same" };
      return sendRaw(test.port, { ...request, headers });
    };
    const first = textAt(await once(test.issue().credential), "nexus", "operationId");
    const other = await once(test.issue().credential);
    expect(other.headers["x-nexus-replayed"]).toBeUndefined();
    expect(textAt(other, "nexus", "operationId")).not.toBe(first);
  });
});

describe("of another person of the organization", () => {
  /** What may be read by whoever may read usage. */
  const shown = procedures.filter(
    ({ type, permissions }) => type === "query" && permissions.includes("srv_nexus.usage:read"),
  );
  const readers: readonly (readonly [string, ReadonlySet<string>])[] = [
    ["a member", new Set([...everyPermission()].filter((one) => !/:(manage|approve)$|customers/.test(one)))],
    ["a guest", new Set(["srv_nexus.usage:read"])],
  ];
  const asked = (name: string): Readonly<Record<string, unknown>> =>
    name === "usage.values"
      ? { of: "model" }
      : (neededBy[name] ?? (foreign[name] === undefined ? {} : { operationId: owned["operation"] }));

  it("is what the procedures about usage and operations are about", () => {
    expect(shown.map(({ name }) => name).toSorted()).toEqual([
      "operations.explain",
      "operations.find",
      "operations.follow",
      "operations.get",
      "operations.list",
      "usage.attention",
      "usage.budgets.mine",
      "usage.entries",
      "usage.explore",
      "usage.export",
      "usage.requests.list",
      "usage.statement",
      "usage.statementCsv",
      "usage.summary",
      "usage.values",
    ]);
  });

  it.each(shown.map(({ name }) => name))("%s shows nothing to those who may not set budgets", async (name) => {
    const input = name === "operations.find" ? { operation: "ai.generateText", key: "theirs" } : asked(name);
    for (const [door, askFor] of doors) {
      const whole = await askAs(owner.credential, askFor, name, input);
      for (const [who, permissions] of readers) {
        const { credential } = test.issue({ organizationId: owner.organizationId, permissions });
        const answer = await askAs(credential, askFor, name, input);
        const told = `${name} at ${door} to ${who}`;
        if (name.startsWith("operations.") && name !== "operations.list" && name !== "operations.follow")
          expect([answer.status, codeOf(answer)], told).toEqual([404, "NOT_FOUND"]);
        else {
          expect(answer.status, told).toBe(200);
          // Where nothing is wrong and nothing happens, nobody is told of anything.
          if (name !== "usage.attention" && name !== "operations.follow")
            expect(answer.text, told).not.toBe(whole.text);
        }
        for (const hidden of [owned["operation"] ?? "", "gemini-2.5-flash", owner.userId, owned["budget"] ?? ""])
          expect(answer.text.includes(hidden), `${told}: ${hidden}`).toBe(false);
      }
    }
  });

  it("their budget is not listed, and asking for them is refused", async () => {
    const permissions = new Set(["srv_nexus.usage:read", "srv_nexus.budgets:read"]);
    const { credential, userId } = test.issue({ organizationId: owner.organizationId, permissions });
    const set = (scopeId: string) =>
      askAs(owner.credential, askOverRest, "usage.budgets.set", {
        scope: "user",
        scopeId,
        period: "month",
        limitNanos: "7",
      });
    const theirs = textAt(await set(owner.userId), "id");
    const own = textAt(await set(userId), "id");
    const { text } = await askAs(credential, askOverRest, "usage.budgets.list", {});
    expect(text).toContain(own);
    expect(text).not.toContain(theirs);
    for (const [name, input] of [
      ["usage.summary", { ...thisMonth, userId: owner.userId }],
      ["usage.explore", { ...thisMonth, user: owner.userId }],
      ["usage.export", { ...thisMonth, user: owner.userId }],
      ["usage.entries", { since: thisMonth.from, user: owner.userId }],
      ["operations.list", { userId: owner.userId }],
    ] as const) {
      const answer = await askAs(credential, askOverRest, name, input);
      expect([name, answer.status, codeOf(answer)]).toEqual([name, 403, "SCOPE_DENIED"]);
    }
  });
});

describe("a secret", () => {
  const forms = (secret: string): readonly string[] => {
    const bytes = Buffer.from(secret);
    return [secret, bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex"), secret.slice(-8)];
  };

  it("is in no answer of any query, and in no mutation's", async () => {
    const secrets = [canary, owned["token"]?.split("_").at(-1) ?? ""].flatMap(forms);
    const inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      "operations.get": { operationId: owned["operation"] },
      "operations.explain": { operationId: owned["operation"] },
      ...neededBy,
    };
    const queries = procedures
      .filter(({ type }) => type === "query")
      .map(({ name }) => [name, inputs[name] ?? {}] as const);
    const mutations = [
      ["keys.rotate", { id: owned["key"], secret: { apiKey: canary } }],
      ["keys.create", { vendor: "openai", label: "second", secret: { apiKey: canary } }],
      ["keys.create", { vendor: "openai", label: "wrong", secret: { [canary]: canary } }],
      ["keys.create", { vendor: "openai", label: "wrong", secret: canary }],
      ["credentials.setOrganizationOverride", { vendor: "anthropic", secret: { apiKey: canary } }],
    ] as const;
    for (const [name, input] of [...queries, ...mutations]) {
      for (const [door, askFor] of doors) {
        const { text, headers } = await askAs(owner.credential, askFor, name, input);
        const told = text + JSON.stringify(headers);
        for (const secret of secrets) expect(told.includes(secret), `${name} at ${door} shows ${secret}`).toBe(false);
      }
    }
  });

  it("is in no table as it is", async () => {
    const { rows: tables } = await test.deps.db.pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'nexus' and table_type = 'BASE TABLE'",
    );
    for (const { name } of tables) {
      const { rows } = await test.deps.db.pool.query<{ row: string }>(`select t::text as row from nexus."${name}" t`);
      const all = rows.map(({ row }) => row).join("\n");
      for (const form of forms(canary)) expect(all.includes(form), `${name} holds ${form}`).toBe(false);
    }
  });
});
