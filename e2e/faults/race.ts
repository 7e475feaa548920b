import { setTimeout as sleep } from "node:timers/promises";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { HostNetwork } from "./hosts/host-network.ts";
import { startLine } from "./hosts/start-line.ts";
import { createRandom } from "./seeded.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";

/** What a round showed. */
export interface RaceRound {
  readonly processes: number;
  readonly round: number;
  readonly scope: "organization" | "app" | "key";
  /** How many calls the budget had room for. */
  readonly fits: number;
  readonly calls: number;
  readonly admitted: number;
  readonly refused: number;
  readonly otherAnswers: number;
  /** Rows in the ledger, and requests the vendor saw. */
  readonly rows: number;
  readonly vendorRequests: number;
  readonly overLimit: number;
  readonly passed: boolean;
}

interface Race {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly logDir?: string;
  /** The platform's key at each vendor. */
  readonly vendorKey?: string;
  readonly seed: number;
  readonly rounds: number;
  readonly processes: readonly number[];
  readonly calls: number;
  readonly onRound: (round: RaceRound) => void;
  /** Each process runs on a host `gateway-N` of it. */
  readonly network?: HostNetwork | undefined;
  /** Called when the rounds are over, while the processes still run. */
  readonly afterwards?: (cluster: Cluster, gateways: readonly GatewayProcess[]) => Promise<void>;
}

const scopes = ["organization", "app", "key"] as const;
const generous = 1_000_000_000_000_000n;

/** Keeps the vendor's answers back until every call has been decided, so that no settlement makes room for a late one. */
class Gate {
  #open = Promise.withResolvers<void>();

  close(): void {
    this.#open = Promise.withResolvers<void>();
  }

  open(): void {
    this.#open.resolve();
  }

  passed(): Promise<void> {
    return this.#open.promise;
  }
}

interface Deps {
  readonly cluster: Cluster;
  readonly sandbox: Sandbox;
  readonly gate: Gate;
  readonly key: { readonly id: string; readonly apiKey: string };
}

const body = JSON.stringify({
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: "Who comes first?" }],
  max_completion_tokens: 50,
});

const ask = async (gateway: GatewayProcess, apiKey: string): Promise<number> => {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body,
  });
  await response.arrayBuffer();
  return response.status;
};

const setLimits = async ({ cluster, key }: Deps, tight: (typeof scopes)[number], room: bigint): Promise<void> => {
  const { rows } = await cluster.pool.query<{ scope: string; used: bigint }>(
    `select r.scope, b.spent + b.reserved + b.overrun used from nexus.budget b join nexus.budget_rule r on r.id = b.rule_id where r.active`,
  );
  for (const scope of scopes) {
    const used = rows.find((row) => row.scope === scope)?.used ?? 0n;
    const limit = scope === tight ? used + room : generous;
    const scopeId = scope === "app" ? appId : scope === "key" ? key.id : undefined;
    await setBudget(
      cluster.deps,
      { ...operatorNamed("race"), organizationId: cluster.organizationId },
      { scope, period: "total", limitNanos: String(limit), ...(scopeId === undefined ? {} : { scopeId }) },
    );
  }
};

const countRows = async ({ cluster }: Deps): Promise<number> =>
  Number((await cluster.pool.query<{ n: bigint }>("select count(*) n from nexus.operation")).rows[0]?.n);

/** One call alone, to learn what is held for it. */
const learnHold = async (deps: Deps, gateway: GatewayProcess): Promise<bigint> => {
  deps.gate.open();
  const status = await ask(gateway, deps.key.apiKey);
  if (status !== 200) throw new Error(`the first call was answered ${status}`);
  const { rows } = await deps.cluster.pool.query<{ held: bigint }>(
    "select held from nexus.operation order by operation_id desc limit 1",
  );
  const held = rows[0]?.held;
  if (held === undefined) throw new Error("the first call left no row");
  return held;
};

interface Round {
  readonly gateways: readonly GatewayProcess[];
  readonly round: number;
  readonly fits: number;
  readonly held: bigint;
  readonly calls: number;
}

const runRound = async (deps: Deps, { gateways, round, fits, held, calls }: Round): Promise<RaceRound> => {
  const { cluster, sandbox, gate, key } = deps;
  const scope = scopes[round % scopes.length] ?? "organization";
  // One nano short of another call: a bound that is off by one shows.
  await setLimits(deps, scope, held * BigInt(fits + 1) - 1n);
  const [rowsBefore, seenBefore] = [await countRows(deps), sandbox.requests().length];
  gate.close();
  let answered = 0;
  const replies = Array.from({ length: calls }, async (_, index) => {
    const gateway = gateways[index % gateways.length];
    if (!gateway) throw new Error("no gateway");
    const status = await ask(gateway, key.apiKey).catch(() => 0);
    answered += 1;
    return status;
  });
  const deadline = Date.now() + 15_000;
  while (answered + sandbox.requests().length - seenBefore < calls && Date.now() < deadline) await sleep(5);
  gate.open();
  const statuses = await Promise.all(replies);
  const count = (status: number): number => statuses.filter((one) => one === status).length;
  const [admitted, refused] = [count(200), count(402)];
  const rows = (await countRows(deps)) - rowsBefore;
  const vendorRequests = sandbox.requests().length - seenBefore;
  const over = await cluster.pool.query("select id from nexus.budget where hard and spent + reserved > lim");
  const overLimit = over.rows.length;
  return {
    processes: gateways.length,
    round,
    scope,
    fits,
    calls,
    admitted,
    refused,
    otherAnswers: calls - admitted - refused,
    rows,
    vendorRequests,
    overLimit,
    passed:
      admitted === fits && refused === calls - fits && rows === fits && vendorRequests === fits && overLimit === 0,
  };
};

/** Parallel calls on a budget that fits some of them, again and again, on more and more processes. */
export const race = async ({
  databaseUrl,
  dataDir,
  logDir,
  vendorKey,
  seed,
  rounds,
  processes,
  calls,
  onRound,
  network,
  afterwards,
}: Race): Promise<{ readonly rounds: number; readonly failed: number }> => {
  const random = createRandom(seed);
  const gate = new Gate();
  const sandbox = await startSandbox({ fsync: false, onRequest: () => gate.passed() });
  const line = network && (await startLine(sandbox.url, network.address));
  const through = (url: string): string => (line ? new URL(new URL(url).pathname, line.url).href : url);
  const { openai, anthropic, google } = sandbox.baseUrls;
  const cluster = await openCluster({
    databaseUrl,
    dataDir,
    ...(logDir === undefined ? {} : { logDir }),
    ...(vendorKey === undefined ? {} : { vendorKey }),
    vendors: { openai: through(openai), anthropic: through(anthropic), google: through(google) },
    network,
    overrides: { callTimeoutMs: 60_000, logLevel: "error" },
  });
  let ran = 0;
  let failed = 0;
  try {
    await cluster.pool.query(
      "alter table nexus.budget add constraint within_limit check (not hard or spent + reserved <= lim)",
    );
    const deps: Deps = { cluster, sandbox, gate, key: await cluster.createApiKey(appId) };
    const gateways: GatewayProcess[] = [];
    while (gateways.length < Math.max(...processes))
      gateways.push(await cluster.startGateway({}, 0, undefined, network?.host(`gateway-${gateways.length + 1}`)));
    const [first] = gateways;
    if (!first) throw new Error("no gateway");
    const held = await learnHold(deps, first);
    for (const count of processes) {
      for (let round = 0; round < rounds; round += 1) {
        const result = await runRound(deps, {
          gateways: gateways.slice(0, count),
          round,
          fits: random.between(0, calls / 4),
          held,
          calls,
        });
        ran += 1;
        if (!result.passed) failed += 1;
        onRound(result);
      }
    }
    gate.open();
    if (afterwards) {
      await setLimits(deps, "key", generous);
      // A limit may be lowered to less than what is spent.
      await cluster.pool.query("alter table nexus.budget drop constraint within_limit");
      await afterwards(cluster, gateways);
    }
  } finally {
    gate.open();
    await cluster.close();
    await line?.close();
    await sandbox.close();
  }
  return { rounds: ran, failed };
};
