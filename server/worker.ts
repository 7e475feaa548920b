import { runWorker } from "./process/run-worker.ts";

// The module that a gateway process starts with.
await runWorker();
