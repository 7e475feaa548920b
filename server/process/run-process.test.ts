import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-run-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** A process whose start is the given piece of program. */
const run = async (
  start: string,
): Promise<{ readonly code: unknown; readonly output: string; readonly ms: number }> => {
  const here = import.meta.dirname;
  const program = `
    import { readEnv } from ${JSON.stringify(join(here, "..", "platform", "env.ts"))};
    import { startChild } from ${JSON.stringify(join(here, "child.ts"))};
    import { runProcess } from ${JSON.stringify(join(here, "run-process.ts"))};
    const boom = Object.assign(new Error("the cable is cut"), { code: "ECABLE", hint: "mend it" });
    const child = (log, source) => startChild({ name: "helper", file: "-e", args: [source], env: process.env, log }).ready;
    await runProcess({ name: "Topolo Thing", logName: "thing", readEnv, dataDirOf: () => ${JSON.stringify(dataDir)}, start: ${start} });
  `;
  const began = Date.now();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program],
    {
      cwd: dataDir,
      env: { NODE_ENV: "development", PATH: process.env["PATH"], ...compiledCode },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code]: unknown[] = await once(child, "close");
  return { code, output, ms: Date.now() - began };
};

test("a start that fails names what happened, its code and its hint", async () => {
  const { code, output } = await run("() => Promise.reject(boom)");
  expect(code).toBe(1);
  expect(output).toContain("Topolo Thing did not start.");
  expect(output).toContain("the cable is cut (code ECABLE, hint mend it)");
  expect(output).toContain(join(dataDir, "thing.log"));
});

test("an error outside of every promise ends a start that waits for ever, at once and with its cause", async () => {
  const { code, output, ms } = await run(
    "() => { setTimeout(() => { throw boom; }, 50); return new Promise(() => {}); }",
  );
  expect(code).toBe(1);
  expect(output).toContain("Unexpected error.");
  expect(output).toContain("the cable is cut (code ECABLE, hint mend it)");
  expect(output).toContain(join(dataDir, "thing.log"));
  expect(ms).toBeLessThan(20_000);
});

test("a child that ends before it is ready leaves its last words", async () => {
  const { code, output } = await run(
    `({ log }) => child(log, "console.error('no such library: libfoo.so'); process.exit(7)")`,
  );
  expect(code).toBe(1);
  expect(output).toContain("helper ended with code 7 before it was ready");
  expect(output).toContain("no such library: libfoo.so");
});
