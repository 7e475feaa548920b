import type { Env } from "../platform/env.ts";

const kept = [
  "PATH",
  "HOME",
  "TMPDIR",
  "LANG",
  "LC_ALL",
  "TZ",
  "NODE_EXTRA_CA_CERTS",
  "NODE_COMPILE_CACHE",
  "MALLOC_ARENA_MAX",
] as const;

/** What a child needs of the environment: a path, a home, a locale, where compiled code is kept, how memory is had; no address and no secret. */
export const bareEnvironment = ({ NODE_ENV }: Pick<Env, "NODE_ENV">): NodeJS.ProcessEnv => ({
  NODE_ENV,
  ...Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
});
