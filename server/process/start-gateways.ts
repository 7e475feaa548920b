import type { WorkerConfig } from "../assembly/worker-config.ts";
import type { Env } from "../platform/env.ts";
import type { Logger } from "../platform/logger.ts";
import { programFile } from "../platform/own-files.ts";
import { bareEnvironment } from "./bare-environment.ts";
import { startChild, type Child } from "./child.ts";
import type { Program } from "./fork-child.ts";
import { keepStandby } from "./standby.ts";

/** The gateway processes of a product, and the one that stands by for them. */
export interface Gateways {
  /** All that work with a configuration. */
  readonly configured: readonly Pick<Child, "reconfigure">[];
  /** Gives them the configuration that they wait for; resolves when all of them answer. */
  readonly open: (config: WorkerConfig) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface StartGateways {
  readonly env: Env;
  /** Whether one stands by for those that die. */
  readonly withStandby: boolean;
  readonly childGraceMs: number;
  readonly onNote: (() => void) | undefined;
  readonly log: Logger;
}

const gatewayProgram = (env: NodeJS.ProcessEnv): Program => ({
  file: programFile("server/worker.ts"),
  // Calls are short-lived garbage: in a larger nursery it dies before it would have to be copied. What outlives it all the
  // same is collected once it is as much as what is in use, not three times that.
  nodeFlags: ["--max-semi-space-size=32", "--heap-growing-percent=100"],
  env,
});

/** Starts the processes, which load their code while what they need is brought up, and wait for their configuration. */
export const startGateways = ({ env, withStandby, childGraceMs, onNote, log }: StartGateways): Gateways => {
  const known = Promise.withResolvers<WorkerConfig>();
  const leaveMs = env.NEXUS_DRAIN_DELAY_MS + env.NEXUS_DRAIN_TIMEOUT_MS + childGraceMs;
  const shared = {
    ...gatewayProgram(bareEnvironment(env)),
    config: known.promise,
    log,
    onOutput: (text: string): void => void process.stderr.write(text),
  };
  const standby = withStandby ? keepStandby(shared) : undefined;
  const workers = Array.from({ length: env.NEXUS_WORKERS }, (_, index) =>
    startChild({
      ...shared,
      name: `gateway ${index + 1}`,
      standby,
      leaveMs,
      ...(onNote === undefined ? {} : { onNote }),
    }),
  );
  return {
    configured: standby ? [...workers, standby] : workers,
    open: async (config) => {
      known.resolve(config);
      await Promise.all(workers.map(({ ready }) => ready));
    },
    stop: async () => {
      await standby?.stop(childGraceMs);
      await Promise.all(workers.map((worker) => worker.stop(leaveMs)));
    },
  };
};
