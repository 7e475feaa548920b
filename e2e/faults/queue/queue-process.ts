import { assemble } from "../../../server/assembly/assemble.ts";
import type { WorkerConfig } from "../../../server/assembly/worker-config.ts";
import { silentLogger as log } from "../../../server/platform/logger.ts";

/** The parent sends nothing else. */
const asWorkerConfig = (value: unknown): WorkerConfig => value as WorkerConfig;

// A gateway process without a listener: it carries out what is queued, until it is killed.
process.on(
  "message",
  (config) => void assemble({ config: asWorkerConfig(config), log }).then(() => process.send?.("up")),
);
process.on("disconnect", () => process.exit(0));
