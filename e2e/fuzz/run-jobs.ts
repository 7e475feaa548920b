import { fuzzJobs } from "./fuzz-jobs.ts";
import type { FuzzRun } from "./main.ts";
import { withOwnGateway } from "./run-bound.ts";

/** `npm run fuzz -- jobs`. */
export const runJobs = async ({ seed, count = 10_000, print }: FuzzRun): Promise<boolean> => {
  print({ fuzz: "jobs", seed, count });
  return withOwnGateway({ further: ["fal"] }, async (test) => {
    const verdict = await fuzzJobs({ test, seed, count, onProgress: (done) => print({ done }) });
    print({ verdict: verdict.failed === 0 ? "passed" : "failed", ...verdict });
    return verdict.failed === 0;
  });
};
