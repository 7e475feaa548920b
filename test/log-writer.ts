import { createLogger } from "../server/platform/logger.ts";
import { outlivePipes } from "../server/process/outlive-pipes.ts";

// Writes numbered lines to a log, then says so and ends: `log-writer.ts FILE LINES LENGTH [ROTATION]`.

const [file = "", lines = "0", length = "0", rotation] = process.argv.slice(2);
outlivePipes();
const log = createLogger({
  name: "writer",
  level: "info",
  destination: file === "2" ? 2 : file,
  ...(rotation === undefined ? {} : { rotation: JSON.parse(rotation) }),
});
const filler = "x".repeat(Number(length));
for (let n = 0; n < Number(lines); n += 1) {
  log.info({ n, filler }, "line");
  if (n % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 1));
}
process.stdout.write("written\n");
process.exit(0);
