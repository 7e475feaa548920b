import { auth } from "./auth.ts";
import { chat } from "./chat.ts";
import { doors } from "./doors.ts";
import { ledger } from "./ledger.ts";
import { memory } from "./memory.ts";
import { pages } from "./pages.ts";
import { queue } from "./queue.ts";
import { restart } from "./restart.ts";
import { revocations } from "./revocations.ts";
import { streams } from "./streams.ts";

// npm run bench -- [auth] [chat] [doors] [streams] [memory] [ledger] [restart] [revocations] [queue] [pages]: all of them where none is named.

const benchmarks = { auth, chat, doors, streams, memory, ledger, restart, revocations, queue, pages } as const;
const isName = (name: string): name is keyof typeof benchmarks => Object.hasOwn(benchmarks, name);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isName(name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(", ")}. There are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(1);
}
for (const [name, run] of Object.entries(benchmarks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  await run();
}
