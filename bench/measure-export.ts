import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { cpuSeconds } from "./cpu-time.ts";
import type { RunningNexus } from "./nexus.ts";
import { databaseUrlOf } from "./set-budgets.ts";
import { childrenOf } from "./children-of.ts";

interface AskedExport {
  readonly headers: Readonly<Record<string, string>>;
  readonly format: "csv" | "json";
  readonly from: string;
  readonly to: string;
}

const megabytesOf = async (pid: number, what: RegExp): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return [...text.matchAll(what)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1_024;
};

/** Memory of the gateway, and of all processes of PostgreSQL together without what they share. */
const memoryOf = async ({ dataDir, workerPids }: RunningNexus) => {
  const [pid = 0] = await workerPids();
  const [postmaster = ""] = (await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n");
  const backends = await Promise.all(
    (await childrenOf(Number(postmaster))).map((child) => megabytesOf(child, /^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)),
  );
  return {
    gateway: await megabytesOf(pid, /^Pss:\s+(\d+) kB/gm),
    postgres: backends.reduce((sum, one) => sum + one, 0),
  };
};
type Memory = Awaited<ReturnType<typeof memoryOf>>;

const figures = (name: string, of: (memory: Memory) => number, seen: readonly Memory[]): string => {
  const all = seen.map(of);
  const shown = [all[0], all[Math.floor(all.length / 2)], Math.max(...all), all.at(-1)].map((one) =>
    (one ?? 0).toFixed(0),
  );
  return `${name} memory: ${shown[0]} MiB before, ${shown[1]} in the middle, ${shown[2]} at most, ${shown[3]} after`;
};

const urlOf = ({ url }: RunningNexus, { format, from, to }: AskedExport): string =>
  `${url}/api/usage/export?format=${format}&from=${from}&to=${to}`;

/** Reads an export of so many rows, with the memory of gateway and database before, at most and after. */
export const measureExport = async (nexus: RunningNexus, asked: AskedExport): Promise<string> => {
  const [pid = 0] = await nexus.workerPids();
  const seen = [await memoryOf(nexus)];
  const timer = setInterval(() => void memoryOf(nexus).then((memory) => seen.push(memory)), 500);
  const began = performance.now();
  const cpuBefore = await cpuSeconds(pid);
  const answer = await fetch(urlOf(nexus, asked), { headers: asked.headers });
  let bytes = 0;
  let end = "";
  if (!answer.ok || answer.body === null) throw new Error(`export: ${answer.status} ${await answer.text()}`);
  for await (const piece of answer.body) {
    bytes += piece.byteLength;
    end = (end + Buffer.from(piece.subarray(-60)).toString()).slice(-60);
  }
  clearInterval(timer);
  seen.push(await memoryOf(nexus));
  const seconds = (performance.now() - began) / 1_000;
  const rows = Number(/# complete: (\d+) rows|"rows":(\d+)\}\s*$/.exec(end)?.slice(1).find(Boolean) ?? Number.NaN);
  return [
    `export as ${asked.format}: ${Number.isNaN(rows) ? "BROKE OFF" : `${rows} rows`}, ${(bytes / 1_048_576).toFixed(0)} MiB in ${seconds.toFixed(0)} s, ${(rows / seconds).toFixed(0)} rows/s, ${((await cpuSeconds(pid)) - cpuBefore).toFixed(0)} s of the gateway's processor time`,
    figures("gateway", ({ gateway }) => gateway, seen),
    figures("PostgreSQL", ({ postgres }) => postgres, seen),
  ].join("\n  ");
};

/** How many statements of an export run while nobody reads it, and after its reader has left. */
export const leaveExport = async (nexus: RunningNexus, asked: AskedExport): Promise<string> => {
  const client = new Client({ connectionString: await databaseUrlOf(nexus.dataDir) });
  await client.connect();
  const running = async (): Promise<number> => {
    let most = 0;
    for (let look = 0; look < 20; look += 1) {
      const { rows } = await client.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where state <> 'idle' and query like '%nexus_input_units(o.result%' and pid <> pg_backend_pid()",
      );
      most = Math.max(most, rows[0]?.n ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return most;
  };
  const leaving = new AbortController();
  const answer = await fetch(urlOf(nexus, asked), { headers: asked.headers, signal: leaving.signal });
  const reader = answer.body?.getReader();
  await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const unread = await running();
  leaving.abort();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const left = await running();
  await client.end();
  return `statements of an export that nobody reads: ${unread}; after its reader left: ${left}`;
};
