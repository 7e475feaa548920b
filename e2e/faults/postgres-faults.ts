import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import type { Scene, SharedFault } from "./campaign-fault.ts";
import type { OwnPostgres } from "./own-postgres.ts";

const ownOf = ({ postgres }: Scene): OwnPostgres => {
  if (!postgres) throw new Error("these faults are made on a PostgreSQL of the campaign's own");
  return postgres;
};

/** One statement on a connection of its own; the answer, or why there is none. */
const ask = async (scene: Scene, statement: string, patienceMs: number): Promise<string> => {
  const client = new Client({
    connectionString: scene.cluster.config.databaseUrl,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(statement);
    return "done";
  } catch (error) {
    return error instanceof DatabaseError ? (error.code ?? "error") : "silence";
  } finally {
    await Promise.race([client.end().catch(() => undefined), sleep(200)]);
  }
};

const away = async (scene: Scene): Promise<boolean> => (await ask(scene, "select 1", 300)) !== "done";

/** Connections until the server takes no more, other than those that wait to be let in. */
const takeAllConnections = async (scene: Scene): Promise<readonly Client[]> => {
  const taken: Client[] = [];
  for (;;) {
    const batch = Array.from(
      { length: 8 },
      () => new Client({ connectionString: scene.cluster.config.databaseUrl, connectionTimeoutMillis: 3_000 }),
    );
    const open = await Promise.all(
      batch.map(async (client) => {
        client.on("error", () => undefined);
        return client.connect().then(
          () => true,
          () => false,
        );
      }),
    );
    taken.push(...batch.filter((_, index) => open[index]));
    if (open.some((each) => !each) || taken.length > 1_000) return taken;
  }
};

/** What happens to PostgreSQL itself, under all gateways at once. */
export const postgresFaults: readonly SharedFault[] = [
  {
    name: "postgres-killed",
    kind: "postgres",
    on: "database",
    make: async (scene, random) => {
      await ownOf(scene).kill();
      await sleep(random.between(100, 1_500));
      const gone = await away(scene);
      await ownOf(scene).restart();
      return { effect: Number(gone), measure: "postmasters killed" };
    },
  },
  {
    name: "postgres-restarted",
    kind: "postgres",
    on: "database",
    make: async (scene, random) => {
      await ownOf(scene).halt();
      const gone = await away(scene);
      await sleep(random.between(0, 1_000));
      await ownOf(scene).restart();
      return { effect: Number(gone), measure: "orderly restarts" };
    },
  },
  {
    name: "postgres-paused",
    kind: "postgres",
    on: "database",
    make: async (scene, random) => {
      const pauseMs = random.between(1_000, scene.brief ? 1_500 : 6_000);
      const processes = await ownOf(scene).pause();
      try {
        const silent = await away(scene);
        await sleep(pauseMs);
        return { effect: silent ? processes : 0, measure: "processes paused" };
      } finally {
        ownOf(scene).resume();
      }
    },
  },
  {
    name: "connections-exhausted",
    kind: "postgres",
    on: "database",
    make: async (scene, random) => {
      // Whoever ends others must be inside already.
      const inside = await scene.cluster.pool.connect();
      const taken: Client[] = [];
      try {
        taken.push(...(await takeAllConnections(scene)));
        // The gateways notice when they need new ones, and the places that become free are taken too.
        await inside.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'nexus-%' and random() < 0.5",
        );
        const more = await takeAllConnections(scene);
        const refused = (await ask(scene, "select 1", 1_000)) === "53300";
        await sleep(random.between(500, scene.brief ? 1_000 : 3_000));
        await Promise.all(more.map((client) => client.end().catch(() => undefined)));
        return { effect: refused ? taken.length + more.length : 0, measure: "connections taken from others" };
      } finally {
        inside.release();
        await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
      }
    },
  },
  {
    name: "budget-rows-locked",
    kind: "postgres",
    on: "database",
    make: async ({ cluster, brief }, random) => {
      const client = await cluster.pool.connect();
      try {
        await client.query("begin");
        await client.query("select from nexus.budget order by id for update");
        await sleep(random.between(500, brief ? 1_000 : 4_500));
        const { rows } = await client.query<{ waiting: number }>(
          "select count(*)::int waiting from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))",
        );
        return { effect: rows[0]?.waiting ?? 0, measure: "transactions kept waiting" };
      } finally {
        await client.query("rollback").catch(() => undefined);
        client.release();
      }
    },
  },
  {
    name: "data-disk-full",
    kind: "disk",
    on: "database",
    impossible: ({ dataDisk }) => (dataDisk ? undefined : "no disk can be mounted here"),
    make: async (scene, random) => {
      const { dataDisk } = scene;
      const postgres = ownOf(scene);
      const measure = "statements refused for want of space";
      if (!dataDisk) return { effect: 0, measure };
      await dataDisk.fill();
      // More than fits into what is already allotted to logs and tables.
      const refusal = await ask(
        scene,
        "create table if not exists public.filler (text text); insert into public.filler select repeat(md5(random()::text), 200) from generate_series(1, 8000)",
        5_000,
      );
      await sleep(random.between(300, scene.brief ? 500 : 2_500));
      await dataDisk.empty();
      // Without space for its log the server may end; whoever runs it starts it again when there is some.
      for (let waitedMs = 0; await away(scene); waitedMs += 250) {
        if (!(await postgres.alive())) await postgres.restart();
        else if (waitedMs > 30_000)
          throw new Error("PostgreSQL lives and does not answer, though there is space again");
        await sleep(250);
      }
      await ask(scene, "drop table if exists public.filler", 5_000);
      return { effect: Number(refusal !== "done"), measure };
    },
  },
];
