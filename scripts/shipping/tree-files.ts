import { globSync } from "node:fs";
import { join } from "node:path";

/** Files of the repository that are read while the product runs. */
export const dataFiles = (root: string): readonly string[] =>
  globSync(
    [
      "LICENSE",
      "*.md",
      "docs/**/*.{md,json}",
      "docs/images/*",
      "public/**/*",
      "{client-sdk,packages/*}/README.md",
      "prisma/{nexus,auth}/migrations/**/*.{sql,toml}",
      "server/identity/manifests/**/*",
      "server/identity/users/common-passwords.txt.gz",
      "next.config.mjs",
    ],
    { cwd: root, withFileTypes: true },
  )
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();

const imports = (programs: string, program: string): string => `import "./${programs}/${program}.mjs";\n`;

const pages = `// Serves the finished pages: pages.cjs start --port 1234 --hostname 127.0.0.1
const { join } = require("node:path");
const { parseArgs } = require("node:util");

const options = { port: { type: "string" }, hostname: { type: "string" } };
const { values } = parseArgs({ args: process.argv.slice(3), options });
const build = process.env.NEXUS_DASHBOARD_BUILD;
const { config } = require(join(__dirname, build, "required-server-files.json"));
const served = { ...config, distDir: build };
process.env.NODE_ENV = "production";
// Instead of next.config.mjs, of which all else is in the build.
process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(served);
process.chdir(__dirname);
const { startServer } = require("next/dist/server/lib/start-server");

startServer({
  dir: __dirname,
  isDev: false,
  config: served,
  hostname: values.hostname,
  port: Number(values.port),
  allowRetry: false,
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

const health = `// health.mjs [ready]: exit code 0 where this container's process answers, and with "ready" where it may be sent requests.
const { AUTH_PORT = "3001", PORT = "3000", NEXUS_HEALTH_PORT } = process.env;
const { readFileSync } = await import("node:fs");
const isAuth = readFileSync("/proc/1/cmdline", "utf8").includes("auth.mjs");
const port = isAuth ? AUTH_PORT : (NEXUS_HEALTH_PORT ?? PORT);
const path = process.argv[2] === "ready" ? "/health/ready" : "/health";
const answer = await fetch(\`http://127.0.0.1:\${port}\${path}\`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
`;

const nexus = `#!/bin/sh
# The operators' command line.
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" --disable-proto=delete --disable-warning=ExperimentalWarning "$here/../nexus.mjs" "$@"
`;

/** Small files that start the programs under names that stay the same. */
export const launchers = (programs: string): readonly (readonly [name: string, text: string])[] => [
  ["server.mjs", imports(programs, "server/main")],
  ["auth.mjs", imports(programs, "server/auth-main")],
  ["nexus.mjs", imports(programs, "server/cli/main")],
  ["pages.cjs", pages],
  ["health.mjs", health],
  ["bin/nexus", nexus],
];
