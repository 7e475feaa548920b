import type { RequestLog } from "../../sandbox/request-log.ts";
import { readClientLog } from "./evidence.ts";
import type { FaultCounts } from "./make-faults.ts";
import type { FaultLine } from "./run-log.ts";

/** Callers are faults of a kind too: they leave in the middle, and say the same thing twice. Noted from their own log. */
export const noteCallerFaults = async (clientLog: string, log: RequestLog): Promise<FaultCounts> => {
  const counts: Record<string, number> = { "caller-left": 0, "caller-repeated": 0 };
  for (const line of await readClientLog(clientLog)) {
    const name =
      line.type === "broken" && line.reason === "left"
        ? "caller-left"
        : line.type === "reply" && line.attempt > 1
          ? "caller-repeated"
          : undefined;
    if (name === undefined) continue;
    counts[name] = (counts[name] ?? 0) + 1;
    const fault: FaultLine = {
      type: "fault",
      name,
      on: line.call,
      from: line.at,
      to: line.at,
      effect: 1,
      measure: "calls",
    };
    await log.append(fault);
  }
  return counts;
};
