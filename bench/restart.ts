import { setTimeout as sleep } from "node:timers/promises";
import { chatBody } from "./chat-body.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { settings } from "./settings.ts";
import { startInstantUpstream } from "./upstream.ts";

const { restarts, workers } = settings;
const askEveryMs = 20;
/** Long enough for whoever is to take the next one's place to be there again. */
const calmMs = 15_000;

const isAnswered = ({ url, apiKey }: RunningNexus): Promise<boolean> =>
  fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}`, connection: "close" },
    body: chatBody,
    signal: AbortSignal.timeout(5_000),
  }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    },
    () => false,
  );

/** Kills every gateway process at once; how long until a paid call is answered again. */
const killAll = async (nexus: RunningNexus): Promise<number> => {
  const began = performance.now();
  for (const pid of await nexus.workerPids()) process.kill(pid, "SIGKILL");
  while (!(await isAnswered(nexus))) await sleep(askEveryMs);
  return performance.now() - began;
};

const lineOf = (name: string, times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  const of = (share: number): string =>
    `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0)} ms`.padStart(9);
  return `  ${name.padEnd(34)}${of(0.5)}${of(1)}`;
};

/** How soon a paid call is answered again after all gateway processes were killed, once and once more at once. */
export const restart = async (): Promise<void> => {
  const upstream = await startInstantUpstream();
  const nexus = await startNexus({ upstream: upstream.url, workers });
  try {
    const first: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < restarts; round += 1) {
      await sleep(calmMs);
      first.push(await killAll(nexus));
      again.push(await killAll(nexus));
    }
    console.log(`  ${workers} gateway process(es), all killed at once, ${restarts} times\n`);
    console.log(`  ${"until the next answer".padEnd(34)}   median      max`);
    console.log(lineOf("killed after some time", first));
    console.log(lineOf("killed again as soon as it was back", again));
  } finally {
    await nexus.stop();
    await upstream.stop();
  }
};
