import { newId } from "../server/platform/ids.ts";
import { silentLogger } from "../server/platform/logger.ts";
import { liveness } from "../server/transport/health.ts";
import { listen } from "../server/transport/listen.ts";

// The product's listener in a process whose limit of open files somebody has set: answers health checks, and takes its time
// for anything else. Prints its port.

const { port } = await listen({
  dispatch: async (request) => {
    if (request.path === "/health") return liveness(request);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { status: 200, headers: {}, body: "done" };
  },
  pages: undefined,
  newId,
  log: silentLogger,
  port: 0,
  host: "127.0.0.1",
  reusePort: false,
});
process.stdout.write(`${port}\n`);
