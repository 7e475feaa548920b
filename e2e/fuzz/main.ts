import { parseArgs } from "node:util";

/** One run of a target: prints as it likes, and says whether it held. */
export interface FuzzRun {
  readonly seed: number;
  readonly count: number | undefined;
  readonly print: (line: object) => void;
}
type Target = (run: FuzzRun) => Promise<boolean>;

/** Loaded when asked for. */
const targets: Readonly<Record<string, () => Promise<Target>>> = {
  usage: async () => (await import("./run-usage.ts")).runUsage,
  routes: async () => (await import("./run-routes.ts")).runRoutes,
  bound: async () => (await import("./run-bound.ts")).runBound,
  jobs: async () => (await import("./run-jobs.ts")).runJobs,
  realtime: async () => (await import("./run-realtime.ts")).runRealtime,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    count: { type: "string" },
    requests: { type: "string" },
  },
});

const load = targets[positionals[0] ?? ""];
if (load === undefined) {
  process.stderr.write(`npm run fuzz -- ${Object.keys(targets).join(" | ")} [--seed N] [--count N]\n`);
  process.exitCode = 2;
} else {
  const run = await load();
  const count = values.requests ?? values.count;
  const held = await run({
    seed: Number(values.seed),
    count: count === undefined ? undefined : Number(count),
    print: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
  });
  process.exitCode = held ? 0 : 1;
}
