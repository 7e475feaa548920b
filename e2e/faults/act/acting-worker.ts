import { runWorker } from "../../../server/process/run-worker.ts";
import { createActingDoor } from "./acting-door.ts";
import { createActingFamily, killByTicket } from "./acting-family.ts";
import { actingProviders } from "./acting-providers.ts";

// A gateway process of the product, with one more family: one that acts.

const kill = killByTicket(process.env["NEXUS_TEST_TICKETS"] ?? "");

await runWorker({
  vendors: actingProviders,
  gateway: (own, runtime) => ({
    ...own,
    families: {
      ...own.families,
      payments: createActingFamily({
        credentialOf: (vendor) => runtime.credentials.current().platform.get(vendor),
        kill,
      }),
    },
  }),
  doors: (gateway) => [{ prefix: "/act", door: createActingDoor(gateway, kill) }],
});
