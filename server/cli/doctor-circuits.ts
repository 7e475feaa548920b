import { circuitFinding, none, ok, type CircuitFacts, type Diagnosis } from "../domain/system/index.ts";
import { systemClock } from "../platform/clock.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";

const sample = /^nexus_circuit_retry_seconds\{(.*)\} (\d+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Circuits that are open, by what `/metrics` says. */
export const circuitsIn = (metrics: string): (CircuitFacts & { readonly scope: string })[] =>
  metrics.split("\n").flatMap((line) => {
    const [, labels, seconds] = sample.exec(line) ?? [];
    if (labels === undefined) return [];
    const told = new Map([...labels.matchAll(label)].map(([, name, value]) => [name, value?.replace(/\\(.)/g, "$1")]));
    const of = (name: string): string => told.get(name) ?? "";
    return [
      {
        vendor: of("vendor"),
        model: of("model"),
        credential: of("credential"),
        scope: of("scope"),
        reason: of("reason"),
        retrySeconds: Number(seconds),
      },
    ];
  });

/** What the running gateway keeps away from, by its own account; each process has its own. */
export const checkCircuits = async function* (env: Env, origin: string): AsyncGenerator<Diagnosis> {
  const egress = createEgress({ allow: [new URL(origin).host], log: silentLogger, clock: systemClock });
  const attempt = egress.attempt({
    vendor: "nexus",
    credentialId: "",
    credentialVersion: 1,
    baseUrl: origin,
    deadlineMs: 3_000,
    firstByteMs: 3_000,
    idleMs: 3_000,
    maxBytes: 16 * 1024 * 1024,
    signal: new AbortController().signal,
  });
  try {
    const answer = await attempt.fetch(`${origin}/metrics`, {
      headers: env.NEXUS_METRICS_TOKEN === undefined ? {} : { authorization: `Bearer ${env.NEXUS_METRICS_TOKEN}` },
    });
    if (answer.status !== 200) {
      yield none("circuits", `not shown: ${origin}/metrics answers ${answer.status}`);
      return;
    }
    const open = circuitsIn(await answer.text());
    if (open.length === 0) yield ok("circuits", "all closed: no vendor, key or model is kept away from");
    for (const circuit of open) yield circuitFinding(circuit);
  } catch {
    yield none("circuits", `not shown: ${origin}/metrics does not answer`);
  } finally {
    await egress.close();
  }
};
