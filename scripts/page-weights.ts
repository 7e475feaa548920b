import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { z } from "zod";

/** gzip bytes of script. */
export interface PageWeight {
  readonly page: string;
  /** Before the page can be used. */
  readonly initial: number;
  /** Of that, what is not the runtime of Next and React, which every page has. */
  readonly ours: number;
  /** What the page can load afterwards, all of it together. */
  readonly later: number;
}

/** The most that a page may weigh, in bytes. */
export const weightBudget = { initial: 200_000, ours: 75_000, later: 120_000 } as const;

const BuildManifest = z.object({ rootMainFiles: z.array(z.string()) });
const PageManifest = z.object({ entryJSFiles: z.record(z.string(), z.array(z.string())) });
const manifestName = "page_client-reference-manifest.js";
const chunkName = /static\/chunks\/[\w./~-]+\.js/g;

/** A page's manifest is a script that gives the world an object of one: the page's files, by its route. */
const readPageManifest = async (path: string): Promise<readonly [string, z.infer<typeof PageManifest>]> => {
  const world: Record<string, unknown> = {};
  runInNewContext(await readFile(path, "utf8"), Object.assign(world, { globalThis: world }), { timeout: 1_000 });
  const [entry] = Object.values(world).flatMap((value) =>
    value === world || typeof value !== "object" || value === null ? [] : Object.entries(value),
  );
  if (entry === undefined) throw new Error(`${path} is no page's manifest`);
  return [entry[0], PageManifest.parse(entry[1])];
};

/** Route groups are folders without a word in the address. */
const addressOf = (route: string): string => route.replace(/\/page$/, "").replace(/\/\([^/]+\)/g, "") || "/";

const without = (files: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] =>
  [...files].filter((file) => !others.has(file));

/** Weighs every page of a build of the dashboard, as its manifests tell what each loads. */
export const weighPages = async (build: string): Promise<readonly PageWeight[]> => {
  const { rootMainFiles } = BuildManifest.parse(JSON.parse(await readFile(join(build, "build-manifest.json"), "utf8")));
  const sizes = new Map<string, number>();
  const named = new Map<string, readonly string[]>();
  const folder = join(build, "static", "chunks");
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith(".js")) continue;
    const content = await readFile(join(folder, file));
    const name = `static/chunks/${file}`;
    sizes.set(name, gzipSync(content, { level: 6 }).length);
    named.set(name, content.toString("utf8").match(chunkName) ?? []);
  }
  const weigh = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => {
      const size = sizes.get(file);
      if (size === undefined) throw new Error(`${file} is not in the build`);
      return sum + size;
    }, 0);
  /** Chunks name those that they load; those name others. */
  const reachedFrom = (files: ReadonlySet<string>): ReadonlySet<string> => {
    const reached = new Set(files);
    for (const file of reached) for (const next of named.get(file) ?? []) if (sizes.has(next)) reached.add(next);
    return reached;
  };

  const pages: PageWeight[] = [];
  const runtime = new Set(rootMainFiles);
  const server = join(build, "server", "app");
  for (const file of await readdir(server, { recursive: true })) {
    if (!file.endsWith(manifestName)) continue;
    const [route, { entryJSFiles }] = await readPageManifest(join(server, file));
    const initial = new Set([...runtime, ...Object.values(entryJSFiles).flat()]);
    pages.push({
      page: addressOf(route || relative(server, file)),
      initial: weigh(initial),
      ours: weigh(without(initial, runtime)),
      later: weigh(without(reachedFrom(initial), initial)),
    });
  }
  if (pages.length === 0) throw new Error(`No pages in ${build}`);
  return pages.toSorted((one, other) => one.page.localeCompare(other.page));
};

const parts = ["initial", "ours", "later"] as const;

/** What is over its budget, in words. */
export const overWeight = (pages: readonly PageWeight[]): readonly string[] =>
  pages.flatMap((page) =>
    parts
      .filter((part) => page[part] > weightBudget[part])
      .map((part) => `${page.page}: ${part} ${inKilobytes(page[part])} kB of ${inKilobytes(weightBudget[part])}`),
  );

/** 1 kB is 1,000 bytes. */
export const inKilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1);
