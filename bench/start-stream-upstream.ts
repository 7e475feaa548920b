import { join } from "node:path";
import { startScript } from "./started.ts";
import type { CountingUpstream } from "./upstream.ts";

interface StreamUpstream {
  /** Of each stream. */
  readonly chunks: number;
  readonly paceMs: number;
}

/** Answers chat whole or as a stream of paced chunks. */
export const startStreamUpstream = async ({ chunks, paceMs }: StreamUpstream): Promise<CountingUpstream> => {
  const running = await startScript({
    name: "the streaming upstream",
    file: join(import.meta.dirname, "stream-upstream.ts"),
    args: (port) => [String(port), String(chunks), String(paceMs)],
    ready: async (url) => (await fetch(url)).ok,
  });
  return { ...running, calls: async () => Number(await (await fetch(running.url)).text()) };
};
