import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerRow } from "../../test/gateway.ts";
import { openListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import type { CodingAgent } from "./coding-agent.ts";
import { opencode } from "./opencode.ts";
import { openRecordingRelay } from "./recording-relay.ts";

// `npm run agents [codex] [claude-code] [opencode]`: coding agents from their registry, unmodified and headless, carry out
// a task against a live gateway whose vendors are the sandbox. None of their calls may be refused, and each must be settled
// at the vendor's own numbers.

const agents: readonly CodingAgent[] = [codex, claudeCode, opencode];

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const inputOf = ({ units }: LedgerRow): number =>
  Object.entries(units ?? {}).reduce((sum, [name, count]) => (/^(input|cache)/.test(name) ? sum + count : sum), 0);

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !agents.some((agent) => agent.name === name));
if (unknown !== undefined)
  throw new Error(`no agent ${unknown}: there are ${agents.map(({ name }) => name).join(", ")}`);

const folder = mkdtempSync(join(tmpdir(), "nexus-agents-"));
const postgres = await startOwnPostgres(join(folder, "postgres"));
try {
  const base = await openDeps(postgres.databaseUrl);
  const gateway = await openListeningGateway({
    opened: { base, vendorKey: `sk-agents-${randomBytes(12).toString("hex")}` },
  });

  const tryOut = async (agent: CodingAgent, over: string, model: string, own: string): Promise<void> => {
    const { credential, organizationId } = gateway.issue();
    mkdirSync(own);
    const relay = await openRecordingRelay({ port: gateway.port, socketsOnly: over === "WebSocket" });
    const { wrong, calls } = await agent.check({ folder: own, url: relay.url, credential, model, over });
    relay.close();
    const rows = await gateway.rows(organizationId);
    const settled = rows.filter(({ state, source }) => state === "settled" && source === "provider").length;
    // What goes on sends along all that was said before.
    const inputs = rows.map(inputOf);
    const last = inputs.pop() ?? 0;
    const resumed = inputs.every((input) => input < last) ? [] : ["the last call has not the whole conversation"];
    const all = [...wrong, ...relay.refused, ...resumed];
    const held = all.length === 0 && rows.length === calls && settled === rows.length;
    print({
      agent: agent.name,
      model,
      over,
      calls: rows.length,
      settled,
      wrong: all,
      verdict: held ? "passed" : "failed",
    });
    if (!held) process.exitCode = 1;
  };

  try {
    for (const agent of agents) {
      if (wanted.length > 0 && !wanted.includes(agent.name)) continue;
      for (const [at, { over, model }] of agent.runs.entries())
        await tryOut(agent, over, model, join(folder, `${agent.name}-${at}`));
    }
  } finally {
    await gateway.close();
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
