import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { providers } from "../server/providers/index.ts";
import { auditApp } from "./src/audit/audit-app.ts";
import { vendorFacts } from "./src/audit/vendor-facts.ts";

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "audited-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
};

const found = async (): Promise<readonly string[]> =>
  (await auditApp(folder)).findings.map(
    ({ kind, vendor, file, line, what }) => `${file}:${line} ${kind} ${vendor} ${what}`,
  );

const main = join(import.meta.dirname, "src/audit/main.ts");

const command = (
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  run(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );

describe("the audit of an app", () => {
  it("knows every vendor that Nexus calls", () => {
    expect(vendorFacts.map(({ name }) => name)).toEqual([...providers.values()].map(({ name }) => name));
  });

  it("finds packages, addresses and keys of vendors, in sources of several languages", async () => {
    await write(
      "src/ask.ts",
      `import { openai } from "@ai-sdk/openai";\nimport OpenAI from "openai";\nconst client = new OpenAI();\n`,
    );
    await write("src/mail.mjs", `const { Resend } = await import("resend");\n`);
    await write("src/pay.cjs", `const Stripe = require('stripe');\n`);
    await write(
      "job.py",
      `from anthropic import Anthropic\nimport requests\nrequests.post("https://api.deepseek.com/chat/completions")\n`,
    );
    await write(
      "deploy.sh",
      `curl https://api.openai.com/v1/models -H "Authorization: Bearer sk-proj-${"a1B2".repeat(10)}"\n`,
    );
    expect(await found()).toEqual([
      "deploy.sh:1 call OpenAI api.openai.com",
      "deploy.sh:1 key OpenAI a key of OpenAI",
      "job.py:1 sdk Anthropic anthropic",
      "job.py:3 call DeepSeek api.deepseek.com",
      "src/ask.ts:1 sdk OpenAI @ai-sdk/openai",
      "src/ask.ts:2 sdk OpenAI openai",
      "src/mail.mjs:1 sdk Resend resend",
      "src/pay.cjs:1 sdk Stripe stripe",
    ]);
  });

  it("leaves alone what goes through Nexus, what is another's, and what a person has accepted with a reason", async () => {
    await write(
      "src/fine.ts",
      `import OpenAI from "openai";\nnew OpenAI({ baseURL: "http://localhost:3000/v1", apiKey });\n`,
    );
    await write(
      "src/names.ts",
      `import { stripes } from "./stripes";\nimport x from "openai-like";\nfetch("https://api.openai.com.evil.example");\n`,
    );
    await write("src/known.ts", `// nexus-audit-ignore: the migration ends in May\nimport Stripe from "stripe";\n`);
    await write("node_modules/openai/index.js", `fetch("https://api.openai.com")`);
    await write("dist/app.js", `fetch("https://api.openai.com")`);
    expect(await found()).toEqual([]);
  });

  it("is not led away from a vendor by a base URL that is the vendor's own", async () => {
    await write("src/ask.ts", `import OpenAI from "openai";\nnew OpenAI({ baseURL: "https://api.openai.com/v1" });\n`);
    expect(await found()).toEqual(["src/ask.ts:2 call OpenAI api.openai.com"]);
  });

  it("finds keys in environment files by their names and looks, not what is to be filled in", async () => {
    await write(
      ".env",
      `# keys\nOPENAI_API_KEY=sk-${"x".repeat(40)}\nPAYPAL_CLIENT_SECRET="abc"\nNEXUS_API_KEY=tpk_live\nSOME_KEY=SG.${"a".repeat(20)}.${"b".repeat(20)}\n`,
    );
    await write("web/.env.production", `export ANTHROPIC_API_KEY=abc\n`);
    await write(
      ".env.example",
      `OPENAI_API_KEY=\nSTRIPE_SECRET_KEY=<your key>\nRESEND_API_KEY="your-key"\nMOLLIE_API_KEY=$SECRET\n`,
    );
    expect(await found()).toEqual([
      ".env:2 key OpenAI OPENAI_API_KEY",
      ".env:3 key PayPal PAYPAL_CLIENT_SECRET",
      ".env:5 key SendGrid SOME_KEY",
      "web/.env.production:1 key Anthropic ANTHROPIC_API_KEY",
    ]);
  });

  it("finds what is asked for and what came along, each once", async () => {
    await write(
      "package.json",
      JSON.stringify({ dependencies: { stripe: "1", openai: "1", react: "1" } }, undefined, 2),
    );
    await write(
      "package-lock.json",
      JSON.stringify({ packages: { "node_modules/stripe": {}, "node_modules/resend": {} } }, undefined, 2),
    );
    await write("other/pnpm-lock.yaml", `packages:\n  '@sendgrid/mail@8.1.6':\n    resolution: {}\n`);
    await write("old/yarn.lock", `postmark@^4.0.0:\n  version "4.0.5"\n`);
    expect(await found()).toEqual([
      "old/yarn.lock:1 dependency Postmark postmark",
      "other/pnpm-lock.yaml:2 dependency SendGrid @sendgrid/mail",
      "package-lock.json:4 dependency Resend resend",
      "package.json:3 dependency Stripe stripe",
    ]);
  });

  it("heeds .gitignore, but not for environment files, and follows no link", async () => {
    await run("git", ["init", "--quiet"], { cwd: folder });
    await write(".gitignore", ".env\ngenerated/\n");
    await write("generated/api.ts", `fetch("https://api.openai.com")`);
    await write(".env", "OPENAI_API_KEY=abc\n");
    await write("src/app.ts", `fetch("https://api.anthropic.com/v1/messages")\n`);
    await symlink(folder, join(folder, "loop"));
    expect(await found()).toEqual([
      ".env:1 key OpenAI OPENAI_API_KEY",
      "src/app.ts:1 call Anthropic api.anthropic.com",
    ]);
    expect(await auditApp(folder)).toMatchObject({ byGit: true, truncated: false });
  });

  it("ends with an exit code for CI, proposes a change for each place, and never shows a key", async () => {
    const key = `sk-ant-${"s3cr3t".repeat(6)}`;
    await write(".env", `ANTHROPIC_API_KEY=${key}\n`);
    await write("src/app.ts", `const key = "${key}";\n`);
    const shown = await command("audit");
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain("This application bypasses Nexus in 2 places");
    expect(shown.stdout).toContain("Store the new one at Nexus");
    const json = await command("audit", ".", "--json");
    const report: { readonly findings: readonly { readonly proposal: string }[] } = JSON.parse(json.stdout);
    expect(report.findings).toHaveLength(2);
    expect(report.findings.every(({ proposal }) => proposal.length > 20)).toBe(true);
    expect(`${shown.stdout}${json.stdout}`).not.toContain("s3cr3t");
    await rm(join(folder, ".env"));
    await rm(join(folder, "src"), { recursive: true });
    expect(await command("audit")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing goes past Nexus"),
    });
    expect(await command("audit", "nowhere")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no folder"),
    });
    expect(await command("adit")).toMatchObject({ code: 2 });
    expect(await command("audit", "--jsn")).toMatchObject({ code: 2 });
  });
});
