import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hash } from "@node-rs/argon2";
import { Client } from "pg";
import { operatorNamed } from "../../../server/contracts/operator.ts";
import { setBudget } from "../../../server/domain/budgets/index.ts";
import type { Cluster } from "../cluster.ts";
import { clusterDashboardOrigin } from "../cluster-auth.ts";
import type { GatewayProcess } from "../gateway-process.ts";
import type { HostNetwork } from "./host-network.ts";

/** What somebody changes in one place, and all hosts must obey. */
export const reachingChanges = [
  "limit lowered",
  "spending stopped",
  "key revoked",
  "session ended",
  "key revoked, a host cut off from Auth",
] as const;

/** How long after a change a host still admitted a call, over several changes of its kind. */
export interface MeasuredReach {
  readonly change: (typeof reachingChanges)[number];
  readonly times: number;
  readonly hosts: number;
  /** The latest begin of a call that was admitted, in ms after the change was acknowledged; 0: none was. */
  readonly lateMs: { readonly median: number; readonly most: number };
  /** Until the last host had refused a call. */
  readonly everywhereMs: { readonly median: number; readonly most: number };
  readonly promisedMs: number;
  readonly kept: boolean;
}

interface Deps {
  readonly cluster: Cluster;
  readonly gateways: readonly GatewayProcess[];
  readonly network: HostNetwork;
}

/** Limits and the stop are looked at by the hold itself; of a credential a host may know nothing newer for a second. */
const promisedMs = {
  "limit lowered": 0,
  "spending stopped": 0,
  "key revoked": 1_000,
  "session ended": 1_000,
  "key revoked, a host cut off from Auth": 1_000,
} as const;

const password = "a plain test sentence";
const patienceMs = 10_000;

const body = JSON.stringify({
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: "Still here?" }],
  max_completion_tokens: 20,
});

const statusAt = async ({ url }: GatewayProcess, bearer: string): Promise<number> => {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body,
  });
  await response.arrayBuffer();
  return response.status;
};

/** Somebody who has signed in, and what ends that. */
const signIn = async ({ auth, organizationId }: Cluster, client: Client) => {
  const id = `usr_${randomUUID()}`;
  const email = `${id}@example.com`;
  await client.query("insert into auth.users (id, email, name, email_verified_at) values ($1, $2, 'Caller', now())", [
    id,
    email,
  ]);
  await client.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, now())", [
    id,
    await hash(password, { memoryCost: 64, timeCost: 1 }),
  ]);
  await client.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'admin')",
    [organizationId, id],
  );
  const response = await fetch(`http://127.0.0.1:${auth.port}/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-service-id": "srv_nexus", origin: clusterDashboardOrigin },
    body: JSON.stringify({ email, password }),
  });
  const answer: unknown = await response.json();
  const text = (name: string): string => {
    const value: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
    if (typeof value !== "string") throw new Error(`sign-in was answered ${response.status}, without ${name}`);
    return value;
  };
  return { bearer: text("accessToken"), sessionId: text("sessionId") };
};

const limit = ({ deps, organizationId }: Cluster, keyId: string, limitNanos: bigint) =>
  setBudget(
    deps,
    { ...operatorNamed("reach"), organizationId },
    { scope: "key", scopeId: keyId, period: "total", limitNanos: String(limitNanos) },
  );

/** A credential that is admitted everywhere, and the change after which it is not. */
const prepare = async (change: MeasuredReach["change"], { cluster, network }: Deps, auth: Client) => {
  if (change === "session ended") {
    const { bearer, sessionId } = await signIn(cluster, auth);
    const end = () =>
      auth.query("update auth.sessions set revoked_at = now(), revoked_reason = 'logout' where id = $1", [sessionId]);
    return { bearer, make: end, undo: () => Promise.resolve() };
  }
  const { id, apiKey } = await cluster.createApiKey();
  const revoke = () => auth.query("update auth.api_keys set revoked_at = now() where id = $1", [id]);
  if (change === "key revoked") return { bearer: apiKey, make: revoke, undo: () => Promise.resolve() };
  if (change === "key revoked, a host cut off from Auth") {
    const host = network.host("gateway-1");
    const cutAndRevoke = async (): Promise<void> => {
      await host.lose("back", 100, [network.authAddress]);
      await revoke();
    };
    return { bearer: apiKey, make: cutAndRevoke, undo: () => host.heal() };
  }
  if (change === "spending stopped")
    return {
      bearer: apiKey,
      make: () => cluster.pool.query("select nexus.stop_spending('restored')"),
      undo: () => cluster.pool.query("select nexus.allow_spending()"),
    };
  await limit(cluster, id, 1_000_000_000_000n);
  return { bearer: apiKey, make: () => limit(cluster, id, 1n), undo: () => Promise.resolve() };
};

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patienceMs / 1_000} s`);
};

/** Calls at every host without a pause, over a change; resolves with how long after it the last was admitted. */
const makeOnce = async (change: MeasuredReach["change"], deps: Deps, auth: Client) => {
  const { gateways } = deps;
  const { bearer, make, undo } = await prepare(change, deps, auth);
  const admitted = async (gateway: GatewayProcess): Promise<boolean> => (await statusAt(gateway, bearer)) === 200;
  await until(`admitted everywhere before: ${change}`, async () =>
    (await Promise.all(gateways.map(admitted))).every(Boolean),
  );
  let madeAt = Infinity;
  let late = 0;
  const refusedAt = new Map<GatewayProcess, number>();
  const watch = async (gateway: GatewayProcess): Promise<void> => {
    // It must stay refused: the first refusal is not the last word.
    for (let refusals = 0; refusals < 3;) {
      const began = performance.now();
      const ok = await admitted(gateway);
      if (began < madeAt) continue;
      if (ok) late = Math.max(late, began - madeAt);
      refusals = ok ? 0 : refusals + 1;
      if (refusals === 1) refusedAt.set(gateway, performance.now() - madeAt);
      if (began - madeAt > patienceMs) throw new Error(`${change}: a host still admits after ${patienceMs / 1_000} s`);
    }
  };
  const changeNow = async (): Promise<void> => {
    await sleep(100);
    await make();
    madeAt = performance.now();
  };
  await Promise.all([changeNow(), ...gateways.map(watch)]);
  await undo();
  return { late, everywhere: Math.max(...refusedAt.values()) };
};

const spread = (values: readonly number[]) => {
  const sorted = values.map(Math.round).toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
};

/** Measures, for each kind of change, when the last host obeys it. */
export const measureReach = async (deps: Deps, times: number): Promise<readonly MeasuredReach[]> => {
  const auth = new Client({ connectionString: deps.cluster.auth.databaseUrl });
  await auth.connect();
  try {
    const measured: MeasuredReach[] = [];
    for (const change of reachingChanges) {
      const seen: { readonly late: number; readonly everywhere: number }[] = [];
      while (seen.length < times) seen.push(await makeOnce(change, deps, auth));
      const lateMs = spread(seen.map(({ late }) => late));
      measured.push({
        change,
        times,
        hosts: deps.gateways.length,
        lateMs,
        everywhereMs: spread(seen.map(({ everywhere }) => everywhere)),
        promisedMs: promisedMs[change],
        kept: lateMs.most <= promisedMs[change],
      });
    }
    return measured;
  } finally {
    await auth.end();
  }
};
