import { chatBody } from "./chat.ts";
import { loadHeading, loadRow, measure, type Measured } from "./measure.ts";
import { startNexus } from "./nexus.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { startInstantUpstream } from "./upstream.ts";

const { seconds, connections, workers } = settings;

const typedBody = JSON.stringify({
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello to the benchmark." }],
  maxOutputTokens: 64,
});

const doors = [
  { name: "OpenAI door", path: "/v1/chat/completions", body: chatBody },
  { name: "tRPC door", path: "/api/trpc/ai.generateText", body: typedBody },
  { name: "REST door", path: "/api/ai/generate-text", body: typedBody },
] as const;

/** One call at three doors of the same gateway; the typed ones go by Nexus' own contract, the OpenAI one byte for byte. */
export const trpcDoor = async (): Promise<void> => {
  const upstream = await startInstantUpstream();
  try {
    const nexus = await startNexus({ upstream: upstream.url, workers });
    try {
      await setBudgets(nexus);
      console.log(
        `  ${connections} connections, ${seconds} s each, ${workers} gateway process(es); CPU in µs per request\n`,
      );
      console.log(`  ${loadHeading}`);
      let baseline: Measured | undefined;
      for (const { name, path, body } of doors) {
        const headers = { authorization: `Bearer ${nexus.apiKey}` };
        const measured = await measure({ url: nexus.url + path, headers, body, pid: nexus.pid, connections, seconds });
        baseline ??= measured;
        console.log(`  ${loadRow(name, measured, baseline.load)}`);
      }
    } finally {
      await nexus.stop();
    }
  } finally {
    await upstream.stop();
  }
};
