import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const rootAbove = (folder: string): string => {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`${import.meta.dirname} is not in a checkout of Topolo Nexus`);
  return rootAbove(above);
};

/** The project's own folder, from the sources and from the compiled programs alike. */
export const projectRoot = rootAbove(import.meta.dirname);

/** Where this code lies once it is compiled: the folder of one compilation, below the project's own. */
const compilation = /^(.+[\\/]programs[\\/][0-9a-f]{16})[\\/]/.exec(import.meta.filename)?.[1];

/** The file that one of our programs is started with, as we were ourselves: its source, or compiled from the same sources. */
export const programFile = (source: string): string =>
  compilation === undefined ? join(projectRoot, source) : join(compilation, source.replace(/\.ts$/, ".mjs"));
