import { Pool } from "undici";
import { agentTurns } from "./agent-turns.ts";
import { inTurn, printRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { countFailures } from "./failures.ts";
import { loadOf } from "./load-of.ts";
import { measureLoad } from "./measure.ts";
import { printProfile } from "./print-profile.ts";
import { settings } from "./settings.ts";
import { startStreamUpstream } from "./start-stream-upstream.ts";
import { streamOnce } from "./stream-once.ts";
import type { Load } from "./measured.ts";

const { agents, turns, agentSeconds, workers } = settings;
const [chunks, paceMs] = [20, 25];
const shape = { tools: 20, fromBytes: 2_000, toBytes: 200_000 } as const;
const model = "gpt-4o-mini";
const startedOverMs = 1_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every agent takes its turns one after the other. */
const runAgents = async (target: RunningContender, count: number, bodies: readonly Buffer[]): Promise<Load> => {
  const { origin, pathname: path } = new URL(chatUrlOf(target));
  const pool = new Pool(origin, { connections: count, pipelining: 1, headersTimeout: 120_000, bodyTimeout: 120_000 });
  const latenciesMs: number[] = [];
  const failures = countFailures();
  const began = performance.now();
  const until = began + agentSeconds * 1_000;
  const live = async (index: number): Promise<void> => {
    await pause((startedOverMs * index) / count);
    for (const body of bodies) {
      if (performance.now() > until) return;
      await streamOnce(pool, { path, headers: target.headers, body }).then(
        (first) => void latenciesMs.push(first),
        failures.note,
      );
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => live(index)));
  const seconds = (performance.now() - began) / 1_000;
  await pool.destroy();
  failures.print();
  return loadOf({ latenciesMs, completed: latenciesMs.length, errors: failures.count(), seconds });
};

/** Agents whose prompts grow turn by turn, with tools, streamed. */
export const agent = async (): Promise<void> => {
  const upstream = await startStreamUpstream({ chunks, paceMs });
  try {
    const bytes = agentTurns({ model, turns, ...shape }).map((body) => body.length);
    console.log(
      `  ${agents} agents, ${turns} turns each, requests of ${bytes[0]} to ${bytes.at(-1)} bytes with ${shape.tools} tools, streams of ${chunks} chunks, one every ${paceMs} ms, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians\n`,
    );
    const measure = (target: RunningContender) => {
      const bodies = agentTurns({ model: target.model, turns, ...shape }).map((body) => Buffer.from(body));
      return measureLoad(
        { pid: target.pid, seconds: Math.max(4, (turns * chunks * paceMs) / 1_000) },
        () => runAgents(target, agents, bodies),
        () => runAgents(target, Math.min(agents, 20), bodies.slice(0, 5)),
      );
    };
    const all = await inTurn({ upstream, contenders: contenders(), cases: [{ name: "turns", measure }] });
    for (const rounds of all.values()) {
      printRounds("turns a second, time to the first byte, CPU a turn", rounds);
      const planned = agents * turns * settings.rounds;
      for (const [name, measured] of rounds) {
        const taken = measured.reduce((sum, { load }) => sum + load.requests + load.errors, 0);
        if (taken < planned)
          console.log(
            `  ${name}: ${taken} of ${planned} turns taken in ${agentSeconds} s a round; the later ones are the larger`,
          );
      }
    }
    await printProfile({ upstream: upstream.url, workers }, (nexus) => {
      const target = { ...nexus, model, headers: { authorization: `Bearer ${nexus.apiKey}` } };
      const bodies = agentTurns({ model, turns, ...shape }).map((body) => Buffer.from(body));
      return runAgents(target, Math.min(agents, 50), bodies);
    });
  } finally {
    await upstream.stop();
  }
};
