import { randomBytes } from "node:crypto";
import { createGateway } from "../server/assembly/create-gateway.ts";
import { openRuntimeState, type RuntimeState } from "../server/assembly/open-runtime-state.ts";
import type { AlertDeps } from "../server/domain/alerts/index.ts";
import type { CallContext } from "../server/contracts/call-context.ts";
import type { Doubt } from "../server/contracts/doubt.ts";
import { seedPlatformDefaults, type CredentialDeps } from "../server/domain/credentials/index.ts";
import { createCircuitBreaker } from "../server/domain/routing/index.ts";
import type { Units } from "../server/contracts/units.ts";
import { generateTextRequest, type AiRequest } from "../server/families/ai/index.ts";
import type { Family, Route } from "../server/families/family.ts";
import { familyOf, type Gateway } from "../server/gateway/gateway.ts";
import type { Clock } from "../server/platform/clock.ts";
import { openKeyring, openPepper } from "../server/platform/crypto/index.ts";
import { createEgress } from "../server/platform/egress/index.ts";
import { newId } from "../server/platform/ids.ts";
import { openLedger } from "../server/platform/ledger/index.ts";
import { createMetrics, type Metrics } from "../server/platform/metrics.ts";
import { providers } from "../server/providers/index.ts";
import { bedrockCredential } from "../sandbox/bedrock/vendor.ts";
import { sandboxServiceAccount } from "../sandbox/vertex/sandbox-service-account.ts";
import { startSandbox, type Sandbox } from "../sandbox/start-sandbox.ts";
import { openTestDeps, testContext, type TestDeps } from "./deps.ts";
import { canaryKey } from "./canary-key.ts";
import { UnknownVendorState } from "./unknown-vendor-state.ts";

/** Any AI request names the same family. */
const anyRequest: AiRequest = generateTextRequest({ model: "any/model", prompt: "Hello" });

/** A gateway whose AI family answers some questions otherwise. */
export const withAi = (gateway: Gateway, change: (ai: Family<AiRequest>) => Partial<Family<AiRequest>>): Gateway => {
  const ai = familyOf(gateway, anyRequest);
  return { ...gateway, families: { ...gateway.families, ai: { ...ai, ...change(ai) } } };
};

/** A gateway whose AI routes are changed before they are tried; they are made anew for each call. */
export const withRoutes = (gateway: Gateway, change: (route: Route) => Route): Gateway =>
  withAi(gateway, (ai) => ({ routes: async (ctx, request) => (await ai.routes(ctx, request)).map(change) }));

/** The call path on a real database, with the sandbox as every vendor. */
export interface TestGateway {
  readonly gateway: Gateway;
  /** The same with closed circuits of its own, on a clock of its own where given, so that no test shuts a vendor for another. */
  readonly fresh: (options?: { readonly callTimeoutMs?: number; readonly clock?: Clock }) => Gateway;
  /** Makes all snapshots read what was just changed. */
  readonly refresh: () => Promise<void>;
  readonly runtime: RuntimeState;
  readonly deps: TestDeps & CredentialDeps & AlertDeps;
  readonly sandbox: Sandbox;
  readonly metrics: Metrics;
  /** What a gateway does in production of a vendor's state that nobody knows; here it fails what met it. */
  readonly onUnknownState: Gateway["onUnknownState"];
  /** A caller who may use AI, in an organization of its own. */
  readonly context: (overrides?: Partial<CallContext>) => CallContext;
  /** The ledger row of an operation, with its entries' sum. */
  readonly row: (operationId: string) => Promise<LedgerRow>;
  /** All rows of an organization, oldest first. */
  readonly rows: (organizationId: string) => Promise<LedgerRow[]>;
  readonly attempts: (operationId: string) => Promise<AttemptRow[]>;
  /** Levels of an organization, and what its holds and entries say they should be: always the same. */
  readonly counters: (organizationId: string) => Promise<{ reserved: bigint; spent: bigint; overrun: bigint }>;
  readonly close: () => Promise<void>;
}

export interface LedgerRow {
  readonly operationId: string;
  readonly state: string;
  readonly source: string | null;
  readonly held: bigint;
  readonly cost: bigint | null;
  readonly vendor: string;
  readonly model: string;
  readonly booked: bigint;
  readonly units: Units | null;
  readonly errorCode: string | null;
  readonly doubt: Doubt | null;
  readonly tier: string;
}

export interface AttemptRow {
  readonly n: number;
  readonly vendor: string;
  readonly tier: string;
  readonly outcome: string;
  readonly errorCode: string | null;
  readonly status: number | null;
}

const select = `select o.operation_id "operationId", o.state, o.source, o.held, o.cost, o.vendor, o.model,
  o.result->'units' units, o.result->>'errorCode' "errorCode", o.result->>'doubt' doubt, o.facts->>'credentialTier' tier,
  (select coalesce(sum(e.amount), 0)::bigint from nexus.entry e where e.operation_id = o.operation_id) booked from nexus.operation o`;

interface Counters {
  readonly id: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
  readonly held: bigint;
  readonly booked: bigint;
}

interface Opened {
  readonly base: TestDeps;
  readonly vendorKey: string;
}

const ofSuite = async (): Promise<Opened> => ({ base: await openTestDeps(), vendorKey: canaryKey() });

/** How the call path is set up for a suite. */
export interface TestGatewayOptions {
  /** Where other processes work on the same database. */
  readonly secrets?: { readonly encryptionKeys: string; readonly tokenPepper: string };
  /** The suite's own dependencies, or those that a run outside of suites brings. */
  readonly opened?: Opened;
  /** Where each vendor stands in place of the sandbox, on loopback. */
  readonly upstreams?: Readonly<Record<string, string>>;
  /** Whether the gateway knows that its vendors are the sandbox, as a newcomer's does; else they count as real ones. */
  readonly knowsSandbox?: boolean;
  /** Whether the sandbox takes mail, too, by SMTP and by its vendors of mail. */
  readonly mail?: boolean;
  /** Vendors of the sandbox beside those that every suite has. */
  readonly further?: readonly ("bedrock" | "mistral" | "fal")[];
}

/** A vendor's credential of the tests; of vendors that sign, the key is in what they sign with. */
const secretOf = (shape: object, vendorKey: string): Readonly<Record<string, string>> => {
  if ("secretAccessKey" in shape) return { accessKeyId: "AKIDOFTHETESTS01", secretAccessKey: vendorKey };
  if ("serviceAccount" in shape)
    return { serviceAccount: JSON.stringify({ ...sandboxServiceAccount, client_id: vendorKey }) };
  return { apiKey: vendorKey };
};

export const openTestGateway = async ({
  opened,
  upstreams,
  knowsSandbox = false,
  mail = false,
  further = [],
  secrets = {
    encryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
    tokenPepper: randomBytes(32).toString("base64"),
  },
}: TestGatewayOptions = {}): Promise<TestGateway> => {
  const { base, vendorKey } = opened ?? (await ofSuite());
  const sandbox = await startSandbox({ fsync: false, mail });
  const { openai, anthropic, google, cohere, compatible } = sandbox.baseUrls;
  const more = Object.fromEntries(further.map((id) => [id, sandbox.baseUrls[id]]));
  const baseUrls = upstreams ?? { openai, anthropic, google, cohere, openrouter: compatible, ...more };
  // Payments need no mailbox.
  const acting = mail ? sandbox.acting : sandbox.payments;
  const actingUrls = Object.values(acting).map(({ baseUrl }) => baseUrl);
  const allow = [sandbox.url, ...Object.values(baseUrls), ...actingUrls].map((url) => new URL(url).host);
  const egress = createEgress({ allow, log: base.log, clock: base.clock });
  const secretBox = openKeyring(secrets.encryptionKeys);
  const pepper = openPepper(secrets.tokenPepper);
  const deps = {
    ...base,
    secretBox,
    pepper,
    vendors: providers,
    checkBaseUrl: egress.check,
    egress,
    platformSuperAdminUserId: undefined,
  };
  await seedPlatformDefaults(
    deps,
    new Map(
      Object.entries(baseUrls).map(([id, baseUrl]) => {
        const shape = providers.get(id)?.credential.shape ?? {};
        const signsForSandbox = id === "bedrock" && upstreams === undefined;
        const secret = signsForSandbox ? bedrockCredential : secretOf(shape, vendorKey);
        return [id, { secret, baseUrl }];
      }),
    ),
  );
  await seedPlatformDefaults(deps, new Map(Object.entries(acting)));
  const runtime = await openRuntimeState(deps, undefined);
  const ledger = await openLedger({
    connectionString: base.url,
    processId: newId(),
    clock: base.clock,
    log: base.log,
    requireDurability: true,
  });
  const metrics = createMetrics();
  const asInProduction = (over: RuntimeState, callTimeoutMs?: number): Gateway =>
    createGateway({
      deps,
      runtime: over,
      ledger,
      egress,
      secretBox,
      pepper,
      metrics,
      sandboxHosts: knowsSandbox ? [sandbox.url, ...actingUrls].map((url) => new URL(url).host) : [],
      callTimeoutMs: callTimeoutMs ?? 10_000,
      dashboardUrl: "https://nexus.example",
    });
  const gatewayOver = (over: RuntimeState, callTimeoutMs?: number): Gateway => ({
    ...asInProduction(over, callTimeoutMs),
    onUnknownState: (vendor, providerStatus) => {
      throw new UnknownVendorState(vendor, providerStatus);
    },
  });
  const { onUnknownState } = asInProduction(runtime);
  const rows = async (where: string, value: string): Promise<LedgerRow[]> =>
    (await base.db.pool.query<LedgerRow>(`${select} where ${where} = $1 order by o.operation_id`, [value])).rows;
  return {
    gateway: gatewayOver(runtime),
    fresh: ({ callTimeoutMs, clock = base.clock } = {}) =>
      gatewayOver({ ...runtime, breaker: createCircuitBreaker({ clock }) }, callTimeoutMs),
    refresh: async () => {
      const { prices, credentials, preferences, apps, rateLimits, spending, budgets } = runtime;
      await Promise.all(
        [prices, credentials, preferences, apps, rateLimits, spending, budgets].map((snapshot) => snapshot.refresh()),
      );
    },
    runtime,
    deps,
    sandbox,
    metrics,
    onUnknownState,
    context: (overrides) =>
      testContext({ permissions: new Set(["srv_nexus.ai:invoke", "srv_nexus.ai:read"]), ...overrides }),
    row: async (operationId) => {
      const [row] = await rows("o.operation_id", operationId);
      if (!row) throw new Error(`no ledger row ${operationId}`);
      return row;
    },
    rows: (organizationId) => rows("o.org_id", organizationId),
    attempts: async (operationId) =>
      (
        await base.db.pool.query<AttemptRow>(
          `select n, vendor, credential_tier tier, outcome, error_code "errorCode", status from nexus.operation_attempt where operation_id = $1 order by n`,
          [operationId],
        )
      ).rows,
    counters: async (organizationId) => {
      const { rows: levels } = await base.db.pool.query<Counters>(
        `select b.id, b.reserved, b.spent, b.overrun,
            (select coalesce(sum(o.held), 0)::bigint from nexus.operation o where o.levels @> array[b.id] and o.state in ('open', 'uncertain')) held,
            (select coalesce(sum(case when e.kind = 'adjust_down' then -e.amount else e.amount end), 0)::bigint
               from nexus.operation o join nexus.entry e using (operation_id) where o.levels @> array[b.id]) booked
           from nexus.budget b where b.org_id = $1 order by b.id`,
        [organizationId],
      );
      for (const { id, reserved, spent, overrun, held, booked } of levels) {
        if (reserved !== held || spent + overrun !== booked)
          throw new Error(`level ${id} does not agree with its holds and entries`);
      }
      const [root] = levels;
      if (!root) throw new Error(`no levels of ${organizationId}`);
      return { reserved: root.reserved, spent: root.spent, overrun: root.overrun };
    },
    close: async () => {
      await ledger.close();
      await runtime.close();
      await egress.close();
      await sandbox.close();
      await base.close();
    },
  };
};
