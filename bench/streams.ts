import { join } from "node:path";
import { chatBody } from "./chat.ts";
import { eventLoopDelayOf } from "./metrics-page.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { percentile } from "./percentile.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { settledRows } from "./settled-rows.ts";
import { startScript } from "./started.ts";
import { runStreams, type StreamLoad } from "./stream-load.ts";
import type { Running } from "./upstream.ts";

const chunks = 16;
const paceMs = 250;
const rounds = 3;
const { streams: concurrent, workers } = settings;

const body = JSON.stringify({ ...JSON.parse(chatBody), stream: true });

/** Answers at once: whole, or as a stream of paced chunks. */
export const startStreamUpstream = (): Promise<Running> =>
  startScript({
    name: "the streaming upstream",
    file: join(import.meta.dirname, "stream-upstream.ts"),
    args: (port) => [String(port), String(chunks), String(paceMs)],
    ready: async (url) => (await fetch(url)).ok,
  });

const load = ({ url }: Running, headers: Readonly<Record<string, string>>): Promise<StreamLoad> =>
  runStreams({ url: `${url}/v1/chat/completions`, headers, body, concurrent, rounds, spreadMs: chunks * paceMs });

const row = (name: string, { firstByteMs, started, completed, errors }: StreamLoad, baseline: StreamLoad): string => {
  const [p50, p99, base50, base99] = [
    percentile(firstByteMs, 0.5),
    percentile(firstByteMs, 0.99),
    percentile(baseline.firstByteMs, 0.5),
    percentile(baseline.firstByteMs, 0.99),
  ];
  return [
    name.padEnd(14),
    p50.toFixed(1).padStart(8),
    p99.toFixed(1).padStart(8),
    (p50 - base50).toFixed(1).padStart(10),
    (p99 - base99).toFixed(1).padStart(10),
    `${(p50 / base50).toFixed(1)}×`.padStart(8),
    String(started).padStart(8),
    String(completed).padStart(10),
    String(errors).padStart(7),
  ].join(" ");
};

const printLedger = async (nexus: RunningNexus, { completed }: StreamLoad): Promise<void> => {
  const { rows, settled, bookedOtherwise, reserved } = await settledRows(nexus.dataDir, "ai.streamText");
  const exact = rows === completed && settled === rows && bookedOtherwise === 0 && reserved === "0";
  console.log(
    `  ledger: ${rows} rows, ${settled} settled, ${bookedOtherwise} not booked exactly once, ${reserved} nano-USD still reserved: ${exact ? "exact" : "NOT EXACT"}`,
  );
};

/** Many streams at once, through the OpenAI door and directly from the same upstream. */
export const streams = async (): Promise<void> => {
  const upstream = await startStreamUpstream();
  try {
    const direct = await load(upstream, {});
    const nexus = await startNexus({ upstream: upstream.url, workers });
    try {
      await setBudgets(nexus);
      await eventLoopDelayOf(nexus.url);
      const through = await load(nexus, { authorization: `Bearer ${nexus.apiKey}` });
      const delay = await eventLoopDelayOf(nexus.url);
      console.log(
        `  ${concurrent} streams at once, ${chunks} chunks each, one every ${paceMs} ms, ${workers} gateway process(es); time to first byte\n`,
      );
      console.log("                  p50 ms   p99 ms  added p50  added p99    ratio  started  completed  errors");
      console.log(`  ${row("direct", direct, direct)}`);
      console.log(`  ${row("Topolo Nexus", through, direct)}`);
      console.log(
        `  event-loop delay of a gateway process: p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, max ${delay.max.toFixed(1)} ms`,
      );
      await printLedger(nexus, through);
    } finally {
      await nexus.stop();
    }
  } finally {
    await upstream.stop();
  }
};
