import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy, ProxyEffects, ProxyFaults } from "../../sandbox/fault-proxy.ts";
import type { FaultEffect, GatewayFault, SharedFault } from "./campaign-fault.ts";
import type { Random } from "./seeded.ts";

type Direction = "toTarget" | "toClient";
const towards = { toTarget: "out", toClient: "back" } as const;

/** Faults for so long; resolves with how much of them there was. */
const during = async (
  line: FaultProxy,
  faults: ProxyFaults,
  ms: number,
  amountOf: (effects: ProxyEffects) => number,
): Promise<number> => {
  const before = amountOf(line.effects());
  await line.set(faults);
  await sleep(ms);
  return amountOf(line.effects()) - before;
};

/** A silence ends in two ways: what was held arrives late, or the connection turns out to be dead. */
const blackHole = async (line: FaultProxy, direction: Direction, ms: number, random: Random): Promise<FaultEffect> => {
  const held = await during(line, { [direction]: { blackhole: true } }, ms, ({ heldBytes }) => heldBytes[direction]);
  if (random.next() < 0.5) await line.set({ [direction]: { blackhole: true }, reset: true });
  await line.clear();
  return { effect: held, measure: "bytes held" };
};

const reset = async (line: FaultProxy): Promise<FaultEffect> => {
  const effect = await during(line, { reset: true }, 150, ({ reset: count }) => count);
  await line.clear();
  return { effect, measure: "connections reset" };
};

const directions = ["toTarget", "toClient"] as const;

const onDatabaseLine = (
  name: string,
  make: (line: FaultProxy, random: Random, brief: boolean) => Promise<FaultEffect>,
): GatewayFault => ({
  name,
  kind: "network",
  on: "gateway",
  impossible: ({ slots }) =>
    slots.some(({ lines }) => !lines) ? "the gateways have no lines of their own" : undefined,
  make: ({ brief }, random, { lines }) =>
    lines ? make(lines.database, random, brief) : Promise.resolve({ effect: 0, measure: "lines" }),
});

const onAuthLine = (name: string, make: (line: FaultProxy, random: Random) => Promise<FaultEffect>): GatewayFault => ({
  name,
  kind: "network",
  on: "gateway",
  make: (_, random, { lines }) => (lines ? make(lines.auth, random) : Promise.resolve({ effect: 0, measure: "lines" })),
});

/** The ledger's statements, by the names under which they are prepared. */
const ledgerStatements = ["nexus_reserve", "nexus_settle", "nexus_book"] as const;

/** What happens between one gateway and PostgreSQL, or Auth. */
export const gatewayLineFaults: readonly GatewayFault[] = [
  ...directions.map((direction) =>
    onDatabaseLine(`database-silent-${towards[direction]}`, (line, random, brief) =>
      blackHole(line, direction, brief ? 2_500 : random.between(1_000, 13_000), random),
    ),
  ),
  onDatabaseLine("database-slow", async (line, random, brief) => {
    const direction = random.pick(directions);
    const effect = await during(
      line,
      { [direction]: { latencyMs: 2_000 } },
      brief ? 2_500 : random.between(3_000, 8_000),
      ({ delayedBytes }) => delayedBytes[direction],
    );
    await line.clear();
    return { effect, measure: "bytes 2 s late" };
  }),
  onDatabaseLine("database-reset", reset),
  ...ledgerStatements.map((statement) =>
    onDatabaseLine(`reply-lost-${statement.slice("nexus_".length)}`, async (line, random) => {
      // From no byte of the reply to all but its last few: the commit is done in each case.
      const bytes = random.pick([0, random.between(1, 40), random.between(41, 120)]);
      const before = line.effects().repliesLost;
      await line.set({ loseReply: { after: statement, bytes, times: random.between(1, 3) } });
      for (let waitedMs = 0; waitedMs < 6_000 && line.effects().repliesLost === before; waitedMs += 50) await sleep(50);
      await sleep(100);
      await line.clear();
      return { effect: line.effects().repliesLost - before, measure: "replies lost after their commit" };
    }),
  ),
  onAuthLine("auth-away", async (line, random) => {
    await line.set({ refuse: true, reset: true });
    const refused = await refuses(line.port);
    const awayMs = random.between(500, 3_000);
    await sleep(awayMs);
    await line.clear();
    return { effect: refused ? awayMs : 0, measure: "ms away" };
  }),
  onAuthLine("auth-slow", async (line, random) => {
    const ms = random.between(2_000, 4_000);
    const effect = await during(
      line,
      { toClient: { latencyMs: random.between(500, 3_000) } },
      ms,
      ({ delayedBytes }) => delayedBytes.toClient,
    );
    await line.clear();
    return { effect, measure: "bytes late" };
  }),
];

const refuses = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    () => true,
  );

/** What happens between Auth and its database, and between everybody and the vendors. */
export const sharedLineFaults: readonly SharedFault[] = [
  ...directions.map((direction): SharedFault => ({
    name: `auth-database-silent-${towards[direction]}`,
    kind: "network",
    on: "lines",
    make: ({ authDatabase, brief }, random) =>
      blackHole(authDatabase, direction, brief ? 1_500 : random.between(1_000, 4_000), random),
  })),
  {
    name: "vendor-refused",
    kind: "network",
    on: "lines",
    make: async ({ vendorLine }, random) => {
      await vendorLine.set({ refuse: true, reset: true });
      const refused = await refuses(vendorLine.port);
      const awayMs = random.between(300, 1_200);
      await sleep(awayMs);
      await vendorLine.clear();
      return { effect: refused ? awayMs : 0, measure: "ms refused" };
    },
  },
  { name: "vendor-reset", kind: "network", on: "lines", make: ({ vendorLine }) => reset(vendorLine) },
  ...directions.map((direction): SharedFault => ({
    name: `vendor-silent-${towards[direction]}`,
    kind: "network",
    on: "lines",
    make: ({ vendorLine }, random) => blackHole(vendorLine, direction, random.between(400, 1_500), random),
  })),
];
