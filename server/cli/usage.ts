import type { Command } from "commander";
import type pg from "pg";
import { unitClasses, type UnitClass } from "../contracts/units.ts";
import { listOperationsOf, type OperationsDeps, type OperationView } from "../domain/operations/index.ts";
import { CliError } from "./cli-error.ts";
import { organizationOf } from "./organization-of.ts";
import { organizationsCallingLately } from "./store.ts";
import { tableRow } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd } from "./usd.ts";

interface Tail {
  readonly org?: string;
  readonly follow?: boolean;
  readonly lines: string;
  readonly json?: boolean;
}

interface Call extends OperationView {
  readonly organizationId: string;
}

const pollMs = 1_000;
const pageSize = 100;
const mostAtOnce = 5_000;
const heads = ["TIME", "ORGANIZATION", "APP", "MODEL", "TIER", "IN", "OUT", "USD", "SOURCE", "MS", "OUTCOME"];
const widths = [8, 16, 14, 34, 16, 7, 7, 13, 9, 6, 12];
const right = ["IN", "OUT", "USD", "MS"];

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const outcomeOf = ({ state, errorCode, status }: Call): string => {
  if (state === "open") return "running";
  if (state === "uncertain") return "uncertain";
  return errorCode ?? (status === null ? state : String(status));
};

const inputClasses: readonly UnitClass[] = unitClasses.filter((name) => /^(input|cache)/.test(name));
const outputClasses: readonly UnitClass[] = ["output", "reasoning", "outputAudio", "outputImage"];

const tokens = (call: Call, classes: readonly UnitClass[]): string => {
  const counts = classes.map((name) => call.units?.[name] ?? 0);
  return call.units === null ? "–" : String(counts.reduce((sum, count) => sum + count, 0));
};

const row = (call: Call): string =>
  tableRow(
    [
      call.createdAt.slice(11, 19),
      call.organizationId,
      call.appId ?? "–",
      call.model === null ? call.vendor : `${call.vendor}/${call.model}`,
      call.credentialTier ?? "–",
      tokens(call, inputClasses),
      tokens(call, outputClasses),
      call.costNanos === null ? "–" : formatUsd(BigInt(call.costNanos)),
      call.source ?? "–",
      call.latencyMs === null ? "–" : String(call.latencyMs),
      outcomeOf(call),
    ].map((cell, column) => cut(cell, widths[column] ?? 99)),
    widths,
    heads,
    right,
  );

/** Calls from `since` on, oldest first; without one, the newest `most`. */
const callsOf = async (
  deps: OperationsDeps,
  organizationId: string,
  since: string | undefined,
  most: number,
): Promise<Call[]> => {
  const calls: Call[] = [];
  let before: string | undefined;
  do {
    const page = await listOperationsOf(deps, organizationId, {
      limit: Math.min(most, pageSize),
      ...(before === undefined ? {} : { before }),
    });
    const wanted = page.operations.filter(({ operationId }) => since === undefined || operationId >= since);
    calls.push(...wanted.map((operation) => ({ ...operation, organizationId })));
    before = wanted.length === page.operations.length && calls.length < most ? (page.next ?? undefined) : undefined;
  } while (before !== undefined);
  return calls.slice(0, most).reverse();
};

const newest = async (
  deps: OperationsDeps,
  organizations: readonly string[],
  since: string | undefined,
  most: number,
): Promise<Call[]> => {
  const calls = (await Promise.all(organizations.map((id) => callsOf(deps, id, since, most)))).flat();
  return calls.sort((a, b) => (a.operationId < b.operationId ? -1 : 1)).slice(-most);
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Where to look from: the oldest call that is still running, else the newest one. */
const floorOf = (calls: readonly Call[]): string | undefined =>
  (calls.find(({ endedAt }) => endedAt === null) ?? calls.at(-1))?.operationId;

interface Follow {
  readonly deps: OperationsDeps;
  readonly organizations: () => Promise<readonly string[]>;
  /** Calls that were printed already. */
  readonly said: readonly Call[];
  readonly print: (call: Call) => void;
  readonly signal: AbortSignal;
}

/** Prints each call once, when it has ended; looks again at what was still running. */
const follow = async ({ deps, organizations, said, print, signal }: Follow): Promise<void> => {
  let done = new Set(said.filter(({ endedAt }) => endedAt !== null).map(({ operationId }) => operationId));
  let floor = floorOf(said) ?? "";
  while (!signal.aborted) {
    const calls = await newest(deps, await organizations(), floor, mostAtOnce);
    for (const call of calls) {
      if (call.endedAt === null || done.has(call.operationId)) continue;
      print(call);
      done.add(call.operationId);
    }
    floor = floorOf(calls) ?? floor;
    done = new Set([...done].filter((operationId) => operationId >= floor));
    await pause(pollMs, signal);
  }
};

/** `nexus usage tail`: the last calls, and those that follow. */
export const usageCommands = (program: Command, { withOperator, say, signal }: Terminal): void => {
  program
    .command("usage")
    .description("what was called and what it cost")
    .command("tail")
    .description("the last calls of an organization, or of all")
    .option("--org <slug-or-id>", "organization; all when absent")
    .option("-f, --follow", "go on with each call that ends, until Ctrl-C")
    .option("-n, --lines <n>", "how many", "20")
    .option("--json", "one JSON object a line")
    .action((options: Tail) =>
      withOperator(async (operator) => {
        if (!/^[1-9]\d{0,3}$/.test(options.lines))
          throw new CliError(`--lines takes a whole number from 1 to 9999, not "${options.lines}".`);
        const most = Number(options.lines);
        const only = options.org === undefined ? undefined : await organizationOf(operator, options.org);
        const pool: pg.Pool = operator.deps.db.pool;
        const organizations = async (): Promise<readonly string[]> =>
          only === undefined ? organizationsCallingLately(pool, Math.max(most, pageSize)) : [only];
        const calls = await newest(operator.deps, await organizations(), undefined, most);
        const print = (call: Call): void => say(options.json ? JSON.stringify(call) : row(call));
        if (!options.json) {
          if (calls.length === 0) say("No calls yet.");
          if (calls.length > 0 || options.follow) say(tableRow(heads, widths, heads, right));
        }
        for (const call of calls) print(call);
        if (options.follow) await follow({ deps: operator.deps, organizations, said: calls, print, signal });
      }),
    );
};
