import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuPerRequest } from "./cpu-time.ts";
import { startNexus } from "./nexus.ts";
import { profileTop } from "./profile-top.ts";
import { setBudgets } from "./set-budgets.ts";
import { freePort, startInstantUpstream, waitFor, type Running } from "./upstream.ts";
import { runLoad, type Load } from "./wrk.ts";

const root = join(import.meta.dirname, "..");
const seconds = Number(process.env["BENCH_SECONDS"] ?? 10);
const connections = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const workers = Number(process.env["BENCH_WORKERS"] ?? 1);

export const chatBody = JSON.stringify({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello to the benchmark." }],
  max_tokens: 64,
});

interface Measured {
  readonly load: Load;
  readonly cpu: ReadonlyMap<string, number>;
}

/** Warms up, then measures load and CPU time together. */
const measure = async (url: string, headers: Readonly<Record<string, string>>, pid: number): Promise<Measured> => {
  const target = { url: `${url}/v1/chat/completions`, headers: { "content-type": "application/json", ...headers }, body: chatBody, connections };
  await runLoad({ ...target, seconds: 3 });
  let load: Load | undefined;
  const cpu = await cpuPerRequest(pid, async () => {
    load = await runLoad({ ...target, seconds });
    return load.requests;
  });
  if (!load) throw new Error("nothing was measured");
  return { load, cpu };
};

const startBare = async (upstream: string): Promise<Running> => {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, "bare-proxy.ts"), upstream, String(port)], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the bare proxy", async () => (await fetch(url, { method: "POST", body: chatBody })).ok);
  return { url, pid: child.pid ?? 0, stop: async () => void child.kill("SIGTERM") };
};

const startPortkey = async (): Promise<Running> => {
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, "node_modules/@portkey-ai/gateway/build/start-server.js"), `--port=${port}`, "--headless"], {
    stdio: "ignore",
    env: { ...process.env, NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor("Portkey", async () => (await fetch(url)).ok);
  return { url, pid: child.pid ?? 0, stop: async () => void child.kill("SIGTERM") };
};

const row = (name: string, { load, cpu }: Measured, baseline: Load): string => {
  const total = [...cpu.values()].reduce((sum, spent) => sum + spent, 0);
  const parts = [...cpu].map(([part, spent]) => `${part} ${Math.round(spent)}`).join(", ");
  return [
    name.padEnd(16),
    load.requestsPerSecond.toFixed(0).padStart(8),
    `${(load.requestsPerSecond / baseline.requestsPerSecond).toFixed(2)}×`.padStart(8),
    load.p50Ms.toFixed(1).padStart(8),
    load.p99Ms.toFixed(1).padStart(8),
    String(load.errors).padStart(7),
    `${Math.round(total)}`.padStart(8),
    `  ${parts}`,
  ].join(" ");
};

/** Non-streaming chat through the OpenAI door, beside a bare proxy and another gateway, in one run on one upstream. */
export const chat = async (): Promise<void> => {
  const upstream = await startInstantUpstream();
  const profiles = await mkdtemp(join(tmpdir(), "nexus-profile-"));
  try {
    const portkey = await startPortkey();
    const theirs = await measure(
      portkey.url,
      { authorization: "Bearer sk-bench", "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream.url}/v1` },
      portkey.pid,
    ).finally(portkey.stop);

    const nexus = await startNexus({ upstream: upstream.url, workers });
    const ours = await setBudgets(nexus)
      .then(() => measure(nexus.url, { authorization: `Bearer ${nexus.apiKey}` }, nexus.pid))
      .finally(nexus.stop);

    const bareProxy = await startBare(upstream.url);
    const bare = await measure(bareProxy.url, {}, bareProxy.pid).finally(bareProxy.stop);

    console.log(`  ${connections} connections, ${seconds} s each, ${workers} gateway process(es); CPU in µs per request\n`);
    console.log("                     req/s    ratio   p50 ms   p99 ms  errors   CPU µs");
    console.log(`  ${row("Portkey", theirs, theirs.load)}`);
    console.log(`  ${row("Topolo Nexus", ours, theirs.load)}`);
    console.log(`  ${row("bare proxy", bare, theirs.load)}`);

    const profiled = await startNexus({ upstream: upstream.url, workers, nodeFlags: ["--cpu-prof", `--cpu-prof-dir=${profiles}`] });
    await setBudgets(profiled)
      .then(() => measure(profiled.url, { authorization: `Bearer ${profiled.apiKey}` }, profiled.pid))
      .finally(profiled.stop);
    await printProfile(profiles);
  } finally {
    await upstream.stop();
    await rm(profiles, { recursive: true, force: true });
  }
};

/** The busiest profile is a gateway's: the parent does next to nothing under load. */
const printProfile = async (folder: string): Promise<void> => {
  const all = await Promise.all((await readdir(folder)).map((file) => profileTop(join(folder, file), 10)));
  const [busiest] = all.sort((a, b) => a.idleShare - b.idleShare);
  if (!busiest) return;
  console.log(`\n  Where a gateway process's own time goes (${(busiest.idleShare * 100).toFixed(0)} % idle):`);
  for (const { share, name } of busiest.lines) console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
};
