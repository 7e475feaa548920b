import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { firstIdOf } from "../server/platform/ids.ts";
import { listProcedures } from "../server/transport/trpc/procedure-list.ts";
import { leaveExport, measureExport } from "./measure-export.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { billed, pageQueries, type KnownThings, type PageQuery } from "./page-queries.ts";
import { percentile } from "./percentile.ts";
import { seedOperations } from "./seed-operations.ts";
import { sessionOf } from "./session-of.ts";
import { databaseUrlOf } from "./set-budgets.ts";
import { settings } from "./settings.ts";

const organizationId = "org_topolo";
/** What a page may take, at the 95th percentile. */
const limitMs = 200;

/** An administrator among the people of the organization. */
const userId = "usr_0";

/** Sees the customers of the app that it speaks for. */
const serviceTokenOf = async ({ dataDir }: RunningNexus): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "..", "server", "cli", "main.ts"),
      ...`token create --org ${organizationId} --label bench --json --permission srv_nexus.customers:read`.split(" "),
    ],
    { env: { ...process.env, NEXUS_DATA_DIR: dataDir, NODE_ENV: "test" } },
  );
  const made: unknown = JSON.parse(stdout);
  if (typeof made !== "object" || made === null || !("token" in made) || typeof made.token !== "string")
    throw new Error("no token was made");
  return made.token;
};

type Headers = Readonly<Record<string, string>>;

/** As the person whose pages they are, with a session of the dashboard; customers as their app. */
const callersOf = async (nexus: RunningNexus): Promise<(page: string) => Promise<Headers>> => {
  const ofApp = {
    "x-nexus-service-token": await serviceTokenOf(nexus),
    "x-nexus-organization-id": organizationId,
    "x-service-id": billed.appId,
  };
  return async (page) =>
    page === "Customers"
      ? ofApp
      : { authorization: `Bearer ${await sessionOf(nexus, { organizationId, userId })}`, "x-service-id": "srv_nexus" };
};

/** The address of a query over REST, which runs the same procedures as tRPC. */
const pathOf = ({ procedure, input }: PageQuery): string => {
  const declared = listProcedures().find(({ name }) => name === procedure);
  if (declared === undefined) throw new Error(`there is no ${procedure}`);
  const rest = { ...input };
  const path = declared.rest.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const query = Object.entries(rest).flatMap(([name, value]) =>
    (typeof value === "object" ? value : [String(value)]).map((one) => `${name}=${encodeURIComponent(one)}`),
  );
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
};

const fill = async (connectionString: string): Promise<void> => {
  const { operations, operationDays: days } = settings;
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from nexus.operation where process_id = 'seed' limit 1");
    if (rowCount === 0)
      await seedOperations({
        connectionString,
        operations,
        organizationId,
        days,
        lanes: 2,
        say: (text) => console.log(`  ${text}`),
      });
    const { rows } = await client.query(
      `select (select count(*) from nexus.operation)::int as operations, (select sum(amount) from nexus.entry) as entries,
              (select sum(cost) from nexus.usage_hour) as hours, (select sum(cost) from nexus.usage_day_app) as app_days,
              (select sum(cost) from nexus.usage_day_user) as user_days, (select sum(spent + overrun) from nexus.budget where rule_id is null) as budgets,
              pg_size_pretty(pg_database_size(current_database())) as size`,
    );
    console.log(`  ${JSON.stringify(rows[0])}\n`);
  } finally {
    await client.end();
  }
};

/** Ids that the queries of details ask for. */
const thingsOf = async (connectionString: string, now: Date): Promise<KnownThings> => {
  const client = new Client({ connectionString });
  await client.connect();
  const idOf = async (id: string, table: string): Promise<string> => {
    const { rows } = await client.query<{ id: string }>(
      `select ${id} as id from nexus.${table} where org_id = $1 order by 1 desc limit 1 offset 10`,
      [organizationId],
    );
    return rows[0]?.id ?? "";
  };
  try {
    const [operationId, emailId, paymentId] = [
      await idOf("operation_id", "operation"),
      await idOf("email_id", "email_message"),
      await idOf("operation_id", "payment"),
    ];
    const deep = firstIdOf(now.getTime() - (settings.operationDays / 3) * 86_400_000).replace(
      "-0000-0000-",
      "-7000-8000-",
    );
    return { now, operationId, emailId, paymentId, deep };
  } finally {
    await client.end();
  }
};

const measurePages = async (
  nexus: RunningNexus,
  callerOf: (page: string) => Promise<Headers>,
  things: KnownThings,
): Promise<void> => {
  const { pageRuns, pageQuery = "" } = settings;
  console.log(`  ${"page".padEnd(12)} ${"query".padEnd(62)} ${"p50".padStart(7)} ${"p95".padStart(7)} ms`);
  let slow = 0;
  let page = "";
  let headers: Headers = {};
  const failed = new Map<string, string>();
  for (const query of pageQueries(things)) {
    const name = `${query.procedure} ${query.what}`.trim();
    if (!name.includes(pageQuery)) continue;
    // A session's token lives for minutes.
    if (query.page !== page) headers = await callerOf(query.page);
    page = query.page;
    const path = pathOf(query);
    const times: number[] = [];
    for (let run = 0; run < pageRuns; run += 1) {
      const began = performance.now();
      const answer = await fetch(`${nexus.url}${path}`, { headers });
      const text = await answer.text();
      times.push(performance.now() - began);
      if (!answer.ok) failed.set(path, `${answer.status} ${text.slice(0, 300)}`);
    }
    const p95 = percentile(times, 0.95);
    if (p95 >= limitMs) slow += 1;
    const figures = [percentile(times, 0.5), p95].map((ms) => ms.toFixed(1).padStart(7)).join(" ");
    console.log(`  ${query.page.padEnd(12)} ${name.padEnd(62)} ${figures}${p95 >= limitMs ? "  SLOW" : ""}`);
  }
  console.log(
    `\n  ${slow === 0 ? "all" : `all but ${slow}`} below ${limitMs} ms at the 95th percentile of ${pageRuns}`,
  );
  for (const [path, answer] of failed) console.log(`  NOT ANSWERED: ${path}: ${answer}`);
  if (slow > 0 || failed.size > 0) process.exitCode = 1;
};

/** The queries that pages make, over HTTP, in a database with ten million operations, and an export of one million of them. */
export const pages = async (): Promise<void> => {
  const nexus = await startNexus({
    upstream: "http://127.0.0.1:9",
    workers: 1,
    keptIn: settings.dataDir,
  });
  try {
    const connectionString = await databaseUrlOf(nexus.dataDir);
    await fill(connectionString);
    const callerOf = await callersOf(nexus);
    const now = new Date();
    await measurePages(nexus, callerOf, await thingsOf(connectionString, now));
    if (settings.pageQuery !== undefined) return;
    const { operations, operationDays: days } = settings;
    const dayOf = (ago: number): string => new Date(now.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
    const wholeDays = Math.min(Math.ceil(1_000_000 / ((operations * 0.6) / days)), days - 2);
    const period = { headers: await callerOf("Usage"), from: dayOf(wholeDays + 1), to: dayOf(1) };
    console.log(`  ${await measureExport(nexus, { ...period, format: "csv" })}`);
    console.log(`  ${await measureExport(nexus, { ...period, format: "json" })}`);
    console.log(`  ${await leaveExport(nexus, { ...period, format: "csv" })}`);
  } finally {
    await nexus.stop();
  }
};
