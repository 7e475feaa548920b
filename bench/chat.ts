import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadHeading, loadRow, measure, type Measured } from "./measure.ts";
import { medianRatio } from "./median-ratio.ts";
import { startNexus } from "./nexus.ts";
import { openCheckout } from "./open-checkout.ts";
import { printProfile } from "./print-profile.ts";
import { setBudgetsOf } from "./set-budgets-of.ts";
import { settings } from "./settings.ts";
import { startScript } from "./started.ts";
import { startInstantUpstream, type Running } from "./upstream.ts";

const root = join(import.meta.dirname, "..");
const { seconds, connections, workers, against } = settings;

export const chatBody = JSON.stringify({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello to the benchmark." }],
  max_tokens: 64,
});

const chatOf = ({ url, pid }: Running, headers: Readonly<Record<string, string>>) =>
  measure({ url: `${url}/v1/chat/completions`, headers, body: chatBody, pid, connections, seconds });

const startBare = (upstream: string): Promise<Running> =>
  startScript({
    name: "the bare proxy",
    file: join(import.meta.dirname, "bare-proxy.ts"),
    args: (port) => [upstream, String(port)],
    ready: async (url) => (await fetch(url, { method: "POST", body: chatBody })).ok,
  });

const startPortkey = (): Promise<Running> =>
  startScript({
    name: "Portkey",
    file: join(root, "node_modules/@portkey-ai/gateway/build/start-server.js"),
    args: (port) => [`--port=${port}`, "--headless"],
    env: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
    ready: async (url) => (await fetch(url)).ok,
  });

type How = Partial<Parameters<typeof startNexus>[0]>;

const nexusOf = async (upstream: string, how: How = {}): Promise<Measured> => {
  const nexus = await startNexus({ upstream, workers, ...how });
  return setBudgetsOf(how.checkout ?? root, nexus)
    .then(() => chatOf(nexus, { authorization: `Bearer ${nexus.apiKey}` }))
    .finally(nexus.stop);
};

const rounds = 3;

/** This product and another one in turn, so that what else the machine does falls on both. */
const compare = async (upstream: string, name: string, how: How): Promise<void> => {
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const theirs = await nexusOf(upstream, how);
    const ours = await nexusOf(upstream);
    pairs.push({ ours, theirs });
    console.log(`  ${loadRow(name, theirs, theirs.load)}`);
    console.log(`  ${loadRow("as it is", ours, theirs.load)}`);
  }
  console.log(`\n  Median ratio: ${medianRatio(pairs)}`);
};

/** Reuses what Auth has said for five seconds, whatever happens to it. */
const withoutFeed: How = {
  nodeFlags: ["--import", pathToFileURL(join(import.meta.dirname, "without-feed.ts")).href],
  env: { NEXUS_AUTH_CACHE_MS: "5000" },
};

/** Non-streaming chat through the OpenAI door, beside a bare proxy and another gateway, in one run on one upstream. */
export const chat = async (): Promise<void> => {
  const upstream = await startInstantUpstream();
  try {
    if (against !== undefined) {
      console.log(
        `  ${connections} connections, ${seconds} s each, ${rounds} rounds in turn; ratios to the other checkout\n\n  ${loadHeading}`,
      );
      const other = await openCheckout(against);
      await compare(upstream.url, other.name, { checkout: other.folder }).finally(other.close);
      return;
    }
    const portkey = await startPortkey();
    const theirs = await chatOf(portkey, {
      authorization: "Bearer sk-bench",
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `${upstream.url}/v1`,
    }).finally(portkey.stop);

    const ours = await nexusOf(upstream.url);

    const bareProxy = await startBare(upstream.url);
    const bare = await chatOf(bareProxy, {}).finally(bareProxy.stop);

    console.log(
      `  ${connections} connections, ${seconds} s each, ${workers} gateway process(es); CPU in µs per request\n`,
    );
    console.log(`  ${loadHeading}`);
    console.log(`  ${loadRow("Portkey", theirs, theirs.load)}`);
    console.log(`  ${loadRow("Topolo Nexus", ours, theirs.load)}`);
    console.log(`  ${loadRow("bare proxy", bare, theirs.load)}`);

    console.log(
      `\n  With the revocation feed, to 5 s of reuse without it, ${rounds} rounds in turn:\n\n  ${loadHeading}`,
    );
    await compare(upstream.url, "5 s, no feed", withoutFeed);

    await printProfile({ upstream: upstream.url, workers }, (nexus) =>
      chatOf(nexus, { authorization: `Bearer ${nexus.apiKey}` }),
    );
  } finally {
    await upstream.stop();
  }
};
