import { join } from "node:path";
import { checkBooks } from "./books.ts";
import { chatBody } from "./chat-body.ts";
import { chatUrlOf, type Contender } from "./contender.ts";
import { startNexus, type StartNexus } from "./nexus.ts";
import { peersOf } from "./peers.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { startScript } from "./started.ts";

const model = "gpt-4o-mini";

/** The least that a gateway in Node costs. */
export const bareProxy: Contender = {
  name: "bare proxy",
  start: async (upstream) => {
    const running = await startScript({
      name: "the bare proxy",
      file: join(import.meta.dirname, "bare-proxy.ts"),
      args: (port) => [upstream, String(port)],
      ready: async (url) => (await fetch(chatUrlOf({ url }), { method: "POST", body: chatBody })).ok,
    });
    return { ...running, headers: {}, model };
  },
};

/** This product with everything on: an API key, three hard budgets, the ledger on disk. */
export const nexusOf = (name: string, options: Omit<StartNexus, "upstream">): Contender => ({
  name,
  start: async (upstream) => {
    const nexus = await startNexus({ upstream, ...options });
    try {
      await setBudgets(nexus);
    } catch (error) {
      await nexus.stop();
      throw error;
    }
    return {
      ...nexus,
      headers: { authorization: `Bearer ${nexus.apiKey}` },
      model,
      checkBooks: (vendorCalls) => checkBooks(nexus.dataDir, vendorCalls),
    };
  },
});

/** Straight to the upstream. */
export const direct: Contender = {
  name: "direct",
  start: async (upstream) => ({ url: upstream, pid: 0, headers: {}, model, stop: async () => undefined }),
};

/** The bare proxy first: the others are shown as its multiples. */
export const contenders = (): readonly [Contender, ...Contender[]] => [
  bareProxy,
  nexusOf("Topolo Nexus", { workers: settings.workers }),
  ...peersOf(settings.peers),
];
