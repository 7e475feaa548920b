#!/usr/bin/env node
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { auditApp, type AuditReport } from "./audit-app.ts";

const usage = `Usage: npx @topolo/nexus-client audit [folder] [--json]

Looks in an app's sources, manifests, lockfiles and .env files for calls of vendors that go past Nexus: their packages, addresses and keys.
It changes nothing, calls nobody and never shows a key. A line with "nexus-audit-ignore: <reason>" on it or above it is left out.

  --json   for programs
Exit code: 0 nothing found, 1 something found, 2 it could not be looked at.`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

const words = { key: "key", call: "call", sdk: "SDK in use", dependency: "package" } as const;

const show = ({ findings, files, truncated, byGit }: AuditReport): void => {
  for (const { kind, vendor, file, line, what, proposal } of findings) {
    say(`${file}:${line}  ${vendor} ${words[kind]}: ${what}`);
    say(`  ${proposal}`);
  }
  if (truncated) say("\nNot everything was looked at: narrow it down with a folder.");
  if (!byGit) say("\nThis is no git repository, so .gitignore was not heeded.");
  say(
    findings.length === 0
      ? `Nothing goes past Nexus in ${plural(files, "file")}.`
      : `\nThis application bypasses Nexus in ${plural(findings.length, "place")} (${plural(files, "file")} looked at).`,
  );
};

const fail = (message: string): void => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
};

const main = async (args: readonly string[]): Promise<void> => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });
  const [command, folder = ".", ...more] = positionals;
  if (values.help || command === undefined) return say(usage);
  if (command !== "audit" || more.length > 0) return fail(`${usage}\n\nThere is no command ${positionals.join(" ")}.`);
  const path = resolve(folder);
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return fail(`There is no folder ${path}.`);
  const report = await auditApp(path);
  if (values.json) say(JSON.stringify(report, undefined, 2));
  else show(report);
  process.exitCode = report.findings.length === 0 ? 0 : 1;
};

main(process.argv.slice(2)).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
