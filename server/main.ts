import { readEnv } from "./platform/env.ts";
import { dataDirOf } from "./process/environment.ts";
import { runProcess } from "./process/run-process.ts";
import { startProduct } from "./process/start-product.ts";
import { providers } from "./providers/index.ts";

// The product: database, Auth, sandbox, dashboard and gateways; prints where to go.

await runProcess({
  name: "Topolo Nexus",
  logName: "nexus",
  vendorIds: providers.keys(),
  readEnv,
  dataDirOf,
  start: async (context) => {
    const { stop, reloadKeys } = await startProduct(context);
    return { stop, reload: reloadKeys };
  },
});
