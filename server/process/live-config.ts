import type { WorkerConfig } from "../assembly/worker-config.ts";
import type { Child } from "./child.ts";

/** What may change while gateway processes run. */
type Change = Partial<Pick<WorkerConfig, "encryptionKeys" | "platformSuperAdminUserId">>;

/** The configuration that every gateway process works with, and every one that is started in another's place. */
export interface LiveConfig {
  readonly current: () => WorkerConfig;
  /** Resolves when all of them have taken the change. */
  readonly change: (change: Change) => Promise<void>;
}

/** Holds the configuration in one place, so that one change never takes back another. */
export const createLiveConfig = (first: WorkerConfig, workers: readonly Pick<Child, "reconfigure">[]): LiveConfig => {
  let current = first;
  return {
    current: () => current,
    change: async (change) => {
      current = { ...current, ...change };
      await Promise.all(workers.map((worker) => worker.reconfigure(current)));
    },
  };
};
