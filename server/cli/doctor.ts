import type { Command } from "commander";
import type { Env } from "../platform/env.ts";
import { checkFolder, checkPorts, checkRunning, checkSecrets } from "./doctor-host.ts";
import { checkDatabase } from "./doctor-database.ts";
import { checkParts } from "./doctor-parts.ts";
import { checkRegistration } from "./doctor-registration.ts";
import { explain } from "./cli-error.ts";
import type { Diagnosis } from "../domain/system/index.ts";
import { openOperator } from "./open-operator.ts";
import type { Terminal } from "./terminal.ts";

const marks = { ok: "✓", bad: "✗", none: "–" } as const;

const line = ({ state, name, note, todo }: Diagnosis): string =>
  `${marks[state]} ${name.padEnd(22)} ${note}${todo === undefined ? "" : `\n  → ${todo}`}`;

/** Everything that can be looked at, in the order in which one depends on the other. */
const examine = async function* (env: Env, dataDir: string): AsyncGenerator<Diagnosis> {
  yield { state: "ok", name: "configuration", note: `${env.NODE_ENV}, every setting is usable` };
  yield* checkRegistration(env);
  yield* checkFolder(dataDir);
  yield* checkSecrets(env, dataDir);
  yield* checkPorts(env, dataDir);
  try {
    const operator = await openOperator(env, dataDir);
    try {
      yield* checkDatabase(operator);
      yield* checkParts(operator);
    } finally {
      await operator.close();
    }
  } catch (error) {
    yield { state: "bad", name: "database", note: "not usable", todo: explain(error, env.DATABASE_URL === undefined) };
  }
  yield* checkRunning(env, dataDir);
};

/** `nexus doctor`: one line a part, and what to do about those that are not well. */
export const doctorCommand = (
  program: Command,
  { say, failWith }: Terminal,
  configuration: () => { readonly env: Env; readonly dataDir: string },
): void => {
  program
    .command("doctor")
    .description("check every part and say what to do")
    .option("--json", "one JSON array")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { env, dataDir } = configuration();
      const findings: Diagnosis[] = [];
      for await (const finding of examine(env, dataDir)) {
        findings.push(finding);
        if (!json) say(line(finding));
      }
      const bad = findings.filter(({ state }) => state === "bad").length;
      if (json) say(JSON.stringify(findings));
      else say(bad === 0 ? "\nNo problems found." : `\n${bad} ${bad === 1 ? "thing needs" : "things need"} attention.`);
      if (bad > 0) failWith(1);
    });
};
