import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// A small tree with one violation of each rule beside a file that keeps it: the rules of the product, on another root.

const product = join(import.meta.dirname, "..");
let root: string;

const files: Readonly<Record<string, string>> = {
  "server/errors.ts": "export const errors = 1;\n",
  "server/contracts/ai.ts": 'import { z } from "zod";\nimport "../domain/budgets/index.ts";\nexport const ai = z;\n',
  "server/platform/pool.ts": "export const pool = 1;\n",
  "server/platform/egress/index.ts": "export const egress = 1;\n",
  "server/domain/budgets/index.ts": 'export { set } from "./set.ts";\n',
  "server/domain/budgets/set.ts": "export const set = 1;\n",
  "server/domain/keys/index.ts":
    'import "../budgets/index.ts";\nimport "../budgets/set.ts";\nimport "../../gateway/call.ts";\nimport "node:https";\n',
  "server/gateway/call.ts":
    'import "../transport/listen.ts";\nimport "../domain/budgets/set.ts";\nimport "../families/family.ts";\nimport "../families/ai/index.ts";\nimport "../contracts/ai.ts";\n',
  "server/families/family.ts": 'import "../errors.ts";\n',
  "server/families/ai/index.ts": 'import "./bound.ts";\nimport "../email/index.ts";\nimport "../family.ts";\n',
  "server/families/ai/bound.ts":
    'import "../../domain/budgets/index.ts";\nimport "../../domain/keys/rotate.ts";\nimport "../../platform/pool.ts";\nimport "../../gateway/ask.ts";\n',
  "server/families/email/index.ts": "export const email = 1;\n",
  "server/gateway/ask.ts": "export const ask = 1;\n",
  "server/domain/keys/rotate.ts": "export const rotate = 1;\n",
  "server/contracts/operator.ts": "export const operator = 1;\n",
  "server/transport/listen.ts":
    'import "../providers/index.ts";\nimport "../identity/index.ts";\nimport "../contracts/operator.ts";\nimport "../families/ai/bound.ts";\nimport "../families/ai/index.ts";\n',
  "server/providers/index.ts": 'import "./ai/one/one.ts";\n',
  "server/providers/ai/one/one.ts":
    'import "../two/two.ts";\nimport "../../../platform/pool.ts";\nimport "../../../platform/egress/index.ts";\n',
  "server/providers/ai/two/two.ts": 'import "../_shared/shared.ts";\nexport const two = 2;\n',
  "server/providers/ai/_shared/shared.ts": 'import "../../_wire/tap.ts";\nimport "../three/three.ts";\n',
  "server/providers/ai/three/three.ts": "export const three = 3;\n",
  "server/providers/_wire/tap.ts": 'import "../email/_mime/mime.ts";\n',
  "server/providers/email/_mime/mime.ts": "export const mime = 1;\n",
  "server/identity/index.ts": 'import "../contracts/ai.ts";\n',
  "server/assembly/assemble.ts":
    'import "../../sandbox/main.ts";\nimport "../../prisma/generated/nexus/client.ts";\nimport "./left.ts";\n',
  "server/assembly/left.ts": 'import "./right.ts";\n',
  "server/assembly/right.ts": 'import "./left.ts";\nimport "../../test/database.ts";\n',
  "prisma/generated/nexus/client.ts": "export const client = 1;\n",
  "sandbox/main.ts": 'import "../server/platform/pool.ts";\n',
  "client-sdk/src/index.ts": 'import { pool } from "../../server/platform/pool.ts";\nexport const used = pool;\n',
  "app/page.tsx": 'import "../server/domain/budgets/index.ts";\n',
  "server/assembly/next.ts": "export const next = 1;\n",
  "app/api/route.ts": 'import "../../server/assembly/next.ts";\nimport "../../server/platform/pool.ts";\n',
  "test/database.ts": "export const database = 1;\n",
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "import-rules-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await writeFile(
    join(root, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { module: "nodenext" }, include: ["**/*.ts"] }),
  );
  await symlink(join(product, "node_modules"), join(root, "node_modules"));
});
afterAll(() => rm(root, { recursive: true }));

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

test("every rule bites, and lets pass what it allows", { timeout: 60_000 }, async () => {
  const run = promisify(execFile)(
    process.execPath,
    [
      join(product, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs"),
      "--config",
      join(product, ".dependency-cruiser.mjs"),
      "--output-type",
      "json",
      "server",
      "sandbox",
      "client-sdk",
      "app",
      "test",
    ],
    { cwd: root, maxBuffer: 16 << 20 },
  );
  const { stdout } = await run.catch((error: unknown) => {
    // It exits with the number of errors.
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string")
      return { stdout: error.stdout };
    throw error;
  });
  const report: Report = JSON.parse(stdout);
  const found = new Set(report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`));
  const expected = [
    "no-cycles: server/assembly/left.ts → server/assembly/right.ts",
    "contracts-import-nothing: server/contracts/ai.ts → server/domain/budgets/index.ts",
    "domain-imports-domain-by-index: server/domain/keys/index.ts → server/domain/budgets/set.ts",
    "domain-imports-nothing-above: server/domain/keys/index.ts → server/gateway/call.ts",
    "network-through-egress: server/domain/keys/index.ts → https",
    "gateway-imports-no-transport: server/gateway/call.ts → server/transport/listen.ts",
    "gateway-imports-no-family: server/gateway/call.ts → server/families/ai/index.ts",
    "gateway-imports-no-family: server/gateway/call.ts → server/contracts/ai.ts",
    "families-import-no-family: server/families/ai/index.ts → server/families/email/index.ts",
    "families-import-no-gateway: server/families/ai/bound.ts → server/gateway/ask.ts",
    "others-import-domain-by-index: server/families/ai/bound.ts → server/domain/keys/rotate.ts",
    "others-import-families-by-index: server/transport/listen.ts → server/families/ai/bound.ts",
    "others-import-domain-by-index: server/gateway/call.ts → server/domain/budgets/set.ts",
    "transport-imports-no-vendor: server/transport/listen.ts → server/providers/index.ts",
    "transport-uses-the-auth-package: server/transport/listen.ts → server/identity/index.ts",
    "only-cli-makes-operators: server/transport/listen.ts → server/contracts/operator.ts",
    "vendors-import-no-other-vendor: server/providers/ai/one/one.ts → server/providers/ai/two/two.ts",
    "wires-import-no-vendor: server/providers/ai/_shared/shared.ts → server/providers/ai/three/three.ts",
    "common-wire-imports-no-other-wire: server/providers/_wire/tap.ts → server/providers/email/_mime/mime.ts",
    "vendors-import-no-infrastructure: server/providers/ai/one/one.ts → server/platform/pool.ts",
    "identity-imports-no-server-code: server/identity/index.ts → server/contracts/ai.ts",
    "prisma-by-its-modules: server/assembly/assemble.ts → prisma/generated/nexus/client.ts",
    "no-test-in-product: server/assembly/right.ts → test/database.ts",
    "sandbox-imports-no-product: sandbox/main.ts → server/platform/pool.ts",
    "packages-import-no-server: client-sdk/src/index.ts → server/platform/pool.ts",
    "pages-import-no-server: app/page.tsx → server/domain/budgets/index.ts",
    "route-handlers-import-the-assembly-only: app/api/route.ts → server/platform/pool.ts",
  ];
  expect([...found]).toEqual(expect.arrayContaining(expected));
  const allowed = [
    "server/contracts/ai.ts → node_modules/zod",
    "server/domain/keys/index.ts → server/domain/budgets/index.ts",
    "server/providers/ai/one/one.ts → server/platform/egress/index.ts",
    "server/providers/ai/two/two.ts → server/providers/ai/_shared/shared.ts",
    "server/providers/ai/_shared/shared.ts → server/providers/_wire/tap.ts",
    "app/api/route.ts → server/assembly/next.ts",
    "server/gateway/call.ts → server/families/family.ts",
    "server/transport/listen.ts → server/families/ai/index.ts",
    "server/families/ai/index.ts → server/families/family.ts",
    "server/families/ai/bound.ts → server/domain/budgets/index.ts",
    "server/families/ai/bound.ts → server/platform/pool.ts",
  ];
  for (const edge of allowed)
    expect([...found].filter((one) => one.includes(edge) && !one.startsWith("no-cycles"))).toEqual([]);
});
