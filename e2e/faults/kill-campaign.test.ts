import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { chooseFaults } from "./fault-catalogue.ts";

// The most telling faults of the campaign, once each; all of them, many times: `npm run campaign -- --faults all`.

const faults = [
  "gateway-killed",
  "gateway-paused",
  "gateway-terminated",
  "clock-differs",
  "database-silent-out",
  "database-silent-back",
  "reply-lost-reserve",
  "reply-lost-settle",
  "reply-lost-book",
  "postgres-killed",
  "postgres-paused",
  "budget-rows-locked",
  "vendor-silent-back",
  "vendor-answer-late",
  "vendor-hang-before-headers",
  "vendor-hang-mid-body",
  "vendor-slow-drip",
  "vendor-cut-mid-stream",
  "vendor-truncated-json",
  "vendor-too-large",
  "vendor-bare-502",
  "vendor-bad-request",
  "vendor-refused",
  "vendor-server-error",
  "vendor-rate-limited",
  "vendor-overloaded",
  "vendor-cut-after-last-delta",
];

const linesOf = (text: string): Readonly<Record<string, unknown>>[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

it("the ledger holds, in the vendor's money, through one of each", { timeout: 420_000 }, async () => {
  const campaign = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "kill-campaign.ts"),
      `--faults=${faults.join(",")}`,
      "--times=1",
      "--brief",
      "--seed=20261128",
      "--gateways=4",
      "--callers=16",
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...compiledCode } },
  );
  let [printed, complained] = ["", ""];
  campaign.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  campaign.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  const [code]: unknown[] = await once(campaign, "exit");
  const lines = linesOf(printed);
  const failed = lines.filter(({ passed }) => passed === false);
  expect(failed, `${printed.slice(-6_000)}\n${complained.slice(-2_000)}`).toEqual([]);
  expect(lines.find(({ verdict }) => verdict !== undefined)).toMatchObject({
    verdict: "passed",
    made: Object.fromEntries(faults.map((name) => [name, 1])),
    complaints: [],
  });
  expect(code).toBe(0);
});

it("the catalogue knows its faults by name, and no others", () => {
  const all = chooseFaults("all").map(({ name }) => name);
  expect(new Set(all).size).toBe(all.length);
  expect(chooseFaults(faults.join(", ")).map(({ name }) => name)).toEqual(faults);
  expect(() => chooseFaults("gateway-killed,meteor")).toThrow(/no fault is called meteor; there are gateway-killed, /);
});
