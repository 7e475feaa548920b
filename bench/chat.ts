import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chatBody, chatBodyOf } from "./chat-body.ts";
import { inTurn, printRounds, type ContenderRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders, nexusOf } from "./contenders.ts";
import { loadHeading, loadRow, measure } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { medianRatio } from "./median-ratio.ts";
import { startNexus } from "./nexus.ts";
import { openCheckout } from "./open-checkout.ts";
import { printProfile } from "./print-profile.ts";
import { setBudgetsOf } from "./set-budgets-of.ts";
import { settings } from "./settings.ts";
import { startInstantUpstream, type CountingUpstream, type Running } from "./upstream.ts";

const root = join(import.meta.dirname, "..");
const { seconds, connections, chatConnections, workers, processes, against } = settings;

const chatOf = ({ url, pid }: Running, headers: Readonly<Record<string, string>>) =>
  measure({ url: chatUrlOf({ url }), headers, body: chatBody, pid, connections, seconds });

const casesOf = (all: readonly number[]) =>
  all.map((many) => ({
    name: `${many} connections`,
    measure: ({ url, headers, model, pid }: RunningContender) =>
      measure({ url: chatUrlOf({ url }), headers, body: chatBodyOf(model), pid, connections: many, seconds }),
  }));

type How = Partial<Parameters<typeof startNexus>[0]>;

const measureNexus = async (upstream: string, how: How = {}): Promise<Measured> => {
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
    const theirs = await measureNexus(upstream, how);
    const ours = await measureNexus(upstream);
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

const printAll = (all: ReadonlyMap<string, ContenderRounds>): void => {
  for (const [name, found] of all) printRounds(name, found);
};

/** So many gateway processes beside one. */
const compareProcesses = async (upstream: CountingUpstream): Promise<void> => {
  const of = (count: number) => nexusOf(`${count} process${count === 1 ? "" : "es"}`, { workers: count });
  console.log(`\n  ${processes} gateway processes beside one; ratios to one`);
  printAll(await inTurn({ upstream, contenders: [of(1), of(processes)], cases: casesOf(chatConnections) }));
};

/** Non-streaming chat through the OpenAI door, beside a bare proxy and other gateways, in one run on one upstream. */
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
    if (processes > 1) {
      await compareProcesses(upstream);
      return;
    }
    console.log(
      `  ${seconds} s each, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians; CPU in µs per request\n`,
    );
    printAll(await inTurn({ upstream, contenders: contenders(), cases: casesOf(chatConnections) }));

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
