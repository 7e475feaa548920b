import { runWorker } from "../../../server/process/run-worker.ts";
import { killByTicket } from "../act/acting-family.ts";
import { breakable } from "./breakable.ts";
import { openMarks } from "./marks.ts";

// A gateway process of the product that kills itself where it is told to, and waits less long for what may still come.

const folder = process.env["NEXUS_TEST_FAMILIES"] ?? "";
const scene = { marks: openMarks(folder), kill: killByTicket(`${folder}/tickets`) };

await runWorker({
  vendors: new Map(),
  gateway: (own) => {
    const { email, payments } = own.families;
    return {
      ...own,
      families: {
        ...own.families,
        ...(email && { email: breakable(email, scene) }),
        ...(payments && { payments: breakable(payments, scene) }),
      },
      // Faults that are made on purpose shut a vendor for nobody: each run is to meet its own.
      report: () => undefined,
    };
  },
  doors: () => [],
});
