import { systemClock } from "../platform/clock.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { bad, none, ok, type Diagnosis } from "./diagnosis.ts";

interface OpenCircuit {
  readonly vendor: string;
  readonly model: string;
  readonly credential: string;
  readonly scope: string;
  readonly reason: string;
  readonly retrySeconds: number;
}

const sample = /^nexus_circuit_retry_seconds\{(.*)\} (\d+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Circuits that are open, by what `/metrics` says. */
export const circuitsIn = (metrics: string): OpenCircuit[] =>
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

/** What an operator has to do; what recovers by itself is not listed. */
const todos: Readonly<Record<string, string>> = {
  credential: "Store a new key: the vendor refuses this one. A new version is tried at once.",
  account: "Add credit at the vendor: the account behind this key has none left.",
  access: "Give the key access to the model at the vendor, or take the model off the allow-lists.",
};

const words: Readonly<Record<string, string>> = {
  credential: "key refused",
  account: "out of credit or quota",
  access: "no access to the model",
  rate: "limit reached",
  errors: "too many calls fail",
  unreachable: "does not answer",
};

const findingOf = ({ vendor, model, credential, reason, retrySeconds }: OpenCircuit): Diagnosis => {
  const name = `circuit ${[vendor, model].filter((part) => part !== "").join("/")}`;
  const when = retrySeconds === 0 ? "the next call tries it again" : `tried again in ${retrySeconds} s`;
  const note = `${words[reason] ?? reason}${credential === "" ? "" : ` (${credential})`}; ${when}`;
  const todo = todos[reason];
  return todo === undefined ? none(name, note) : bad(name, note, todo);
};

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
    for (const circuit of open) yield findingOf(circuit);
  } catch {
    yield none("circuits", `not shown: ${origin}/metrics does not answer`);
  } finally {
    await egress.close();
  }
};
