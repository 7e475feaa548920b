import { agent } from "./agent.ts";
import { auth } from "./auth.ts";
import { chat } from "./chat.ts";
import { chosenFrom } from "./chosen-from.ts";
import { doors } from "./doors.ts";
import { ledger } from "./ledger.ts";
import { memory } from "./memory.ts";
import { mix } from "./mix.ts";
import { pages } from "./pages.ts";
import { queue } from "./queue.ts";
import { rates } from "./rates.ts";
import { restart } from "./restart.ts";
import { revocations } from "./revocations.ts";
import { rows } from "./rows.ts";
import { simulate } from "./simulate.ts";
import { streams } from "./streams.ts";
import { wso2 } from "./wso2.ts";

// npm run bench -- [auth] [chat] [wso2] [rates] [doors] [streams] [agent] [mix] [memory] [ledger] [restart] [revocations] [queue]
// [pages] [rows] [simulate]: all of them where none is named.

const benchmarks = {
  auth,
  chat,
  wso2,
  rates,
  doors,
  streams,
  agent,
  mix,
  memory,
  ledger,
  restart,
  revocations,
  queue,
  pages,
  rows,
  simulate,
} as const;

const asked = process.argv.slice(2);
try {
  chosenFrom("benchmarks", benchmarks, asked);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
for (const [name, run] of Object.entries(benchmarks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  await run();
}
