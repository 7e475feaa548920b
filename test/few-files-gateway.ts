import { newId } from "../server/platform/ids.ts";
import { silentLogger } from "../server/platform/logger.ts";
import { liveness } from "../server/transport/health.ts";
import type { Dispatch } from "../server/transport/dispatch.ts";
import { listen } from "../server/transport/listen.ts";
import { listenHealth } from "../server/transport/listen-health.ts";

// The product's listener in a process whose limit of open files somebody has set: answers health checks, and takes its time
// for anything else. Prints its port, and that of health checks alone.

const dispatch: Dispatch = async (request) => {
  if (request.path === "/health") return liveness(request);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return { status: 200, headers: {}, body: "done" };
};
const { port } = await listen({
  dispatch,
  pages: undefined,
  newId,
  log: silentLogger,
  port: 0,
  host: "127.0.0.1",
  reusePort: false,
});
const health = await listenHealth({ dispatch, newId, port: 0, host: "127.0.0.1", reusePort: false });
process.stdout.write(`${port} ${health.port}\n`);
