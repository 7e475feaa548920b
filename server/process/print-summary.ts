import type { Env } from "../platform/env.ts";
import { bold, dim, green, red, type Progress } from "../platform/progress.ts";
import type { FirstRun } from "./first-run.ts";
import type { Dashboard } from "./start-dashboard.ts";

interface PrintSummary {
  readonly progress: Progress;
  readonly env: Env;
  readonly publicUrl: string;
  readonly authUrl: string;
  readonly sandboxUrl: string | undefined;
  readonly mailboxUrl: string | undefined;
  /** Only on the run that made it. */
  readonly firstRun: FirstRun | undefined;
  readonly dataDir: string;
  readonly logFile: string | undefined;
  readonly dashboard: Dashboard | undefined;
  readonly seconds: number;
}

const line = (label: string, value: string): string => `  ${label.padEnd(12)} ${value}`;

/** Where to go and how to sign in, once. */
export const printSummary = ({
  progress,
  publicUrl,
  authUrl,
  sandboxUrl,
  mailboxUrl,
  firstRun,
  dataDir,
  logFile,
  dashboard,
  seconds,
}: PrintSummary): void => {
  const lines = [
    "",
    `  ${green("Ready")} ${dim(`after ${seconds.toFixed(1)} s`)}`,
    "",
    line("Gateway", bold(publicUrl)),
    line("Dashboard", dashboard ? `${publicUrl} ${dim(dashboard.onDemand ? "(on demand)" : "(starting)")}` : "off"),
    line("Auth", authUrl),
    ...(sandboxUrl === undefined
      ? []
      : [line("Sandbox", `${sandboxUrl} ${dim("– answers in place of vendors that have no key yet")}`)]),
    ...(mailboxUrl === undefined
      ? []
      : [line("Mailbox", `${mailboxUrl} ${dim("– mail arrives here, not at people")}`)]),
    line("Data", dataDir),
    ...(logFile === undefined ? [] : [line("Log", logFile)]),
  ];
  if (firstRun) {
    lines.push(
      "",
      `  ${bold("First run.")} The same information is in ${dataDir}/first-run.json (readable by you alone).`,
      "",
      line("Sign in", `${firstRun.bootstrapUrl} ${dim("creates the first administrator; valid once, for one hour")}`),
      line("API key", firstRun.apiKey),
      line("Service", `${firstRun.serviceToken} ${dim(`for organization ${firstRun.organizationId}`)}`),
      "",
      "  A first call:",
      "",
      `    curl ${publicUrl}/v1/chat/completions \\`,
      `      -H "Authorization: Bearer ${firstRun.apiKey}" -H "Content-Type: application/json" \\`,
      `      -d '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'`,
    );
  }
  progress.say(`${lines.join("\n")}\n`);
  dashboard?.ready.then(
    (took) =>
      progress.say(
        `  ${green("✓")} The dashboard ${dashboard.onDemand ? "can be asked for" : "is up"} ${dim(`after ${took.toFixed(1)} s`)}`,
      ),
    () => progress.say(`  ${red("✗")} The dashboard did not start; the API is not affected. The log says why.`),
  );
};
