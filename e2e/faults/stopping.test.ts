import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { publishedCost } from "../../test/published-prices.ts";
import { openBalancer } from "./balancer.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import type { FaultCall } from "../../sandbox/plan.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { eventually } from "../../test/eventually.ts";

let scene: FaultScene;

beforeAll(async () => {
  scene = await openFaultScene({ name: "stopping", overrides: { drainTimeoutMs: 4_000, callTimeoutMs: 60_000 } });
}, 90_000);
afterAll(() => scene.close());

/** The one request that met the fault; each case has a fault of its own, so that they can run side by side. */
const request = (fault: string) => scene.sandbox.requests().find(({ faults }) => faults.includes(fault));

/** A caller that leaves once the vendor has been asked, and has said something where it streams. */
const askAndLeave = async (gateway: GatewayProcess, stream: boolean, fault: FaultCall): Promise<void> => {
  const content = `Go on with ${fault.name}. [[words:60]]`;
  scene.sandbox.script({ contains: content, faults: [fault] });
  const leaving = new AbortController();
  const asking = scene.ask(gateway, { content, stream, signal: leaving.signal });
  asking.catch(() => undefined);
  await eventually(() => expect(request(fault.name)).toBeDefined(), { timeout: 20_000 });
  if (stream) await (await asking).body?.getReader().read();
  else await sleep(100);
  leaving.abort();
  await sleep(100);
};

interface Row {
  readonly state: string;
  readonly source: string | null;
  readonly cost: string | null;
  readonly doubt: string | null;
}

const row = async (fault: string): Promise<Row> => {
  const { rows } = await scene.cluster.pool.query<Row>(
    "select state, source, cost::text, result->>'doubt' doubt from nexus.operation where operation_id = $1",
    [request(fault)?.operationId],
  );
  const [found] = rows;
  if (!found) throw new Error("no row");
  return found;
};

it.concurrent.each([
  ["an abandoned stream", true, { name: "pace", everyMs: 20 }],
  ["a call whose caller left", false, { name: "latency", delayMs: 1_500 }],
] as const)("SIGTERM waits for %s to be answered", { timeout: 60_000 }, async (_, stream, fault) => {
  const gateway = await scene.startGateway();
  await askAndLeave(gateway, stream, fault);
  expect(await row(fault.name)).toMatchObject({ state: "open" });
  expect(await gateway.stop()).toBe(0);
  const cost = String(publishedCost("gpt-4o-mini", { ...request(fault.name)?.units }));
  expect(await row(fault.name)).toEqual({ state: "settled", source: "drained", cost, doubt: null });
});

it.concurrent.each([
  ["an abandoned stream", true, { name: "hang-mid-body" }],
  ["a call whose caller left", false, { name: "hang-before-headers" }],
] as const)(
  "what is left of %s when time is up is in doubt, by the process itself",
  { timeout: 60_000 },
  async (_, stream, fault) => {
    const gateway = await scene.startGateway();
    await askAndLeave(gateway, stream, fault);
    const began = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(await row(fault.name)).toEqual({ state: "uncertain", source: "none", cost: null, doubt: "process_lost" });
  },
);

it.concurrent(
  "gateways are replaced one after the other under load, and no call is lost",
  { timeout: 90_000 },
  async () => {
    const balancer = openBalancer(200);
    const start = async (): Promise<GatewayProcess> => {
      const gateway = await scene.startGateway({ drainDelayMs: 3_000 });
      balancer.add(gateway);
      return gateway;
    };
    const old = [await start(), await start()];
    const answered = new Map<string, number>();
    const over = new AbortController();
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let call = 0; !over.signal.aborted; call += 1) {
        const isStream = call % 4 === 3;
        const outcome = await scene
          .ask(balancer.next(), { content: `Replaced ${caller} ${call}`, stream: isStream })
          .then(async (answer) => {
            const text = await answer.text();
            const isWhole = answer.status === 200 && (!isStream || text.trimEnd().endsWith("data: [DONE]"));
            return isWhole ? "whole" : `${answer.status} ${text.slice(0, 200)}`;
          })
          .catch(String);
        answered.set(outcome, (answered.get(outcome) ?? 0) + 1);
        await sleep(20);
      }
    });
    try {
      for (const gateway of old) {
        await start();
        expect(await gateway.stop()).toBe(0);
      }
    } finally {
      over.abort();
      balancer.close();
    }
    await Promise.all(callers);
    expect([...answered.keys()]).toEqual(["whole"]);
    expect(answered.get("whole")).toBeGreaterThan(100);
  },
);
