import { readAuthEnv } from "./platform/env.ts";
import { authDataDirOf } from "./process/environment.ts";
import { runProcess } from "./process/run-process.ts";
import { startAuthAlone } from "./process/start-auth-alone.ts";

// Topolo Auth alone: its database, its pages and its listener, for gateways and apps elsewhere.

await runProcess({
  name: "Topolo Auth",
  logName: "auth",
  readEnv: readAuthEnv,
  dataDirOf: authDataDirOf,
  start: startAuthAlone,
});
