import { Command, CommanderError } from "commander";
import { readEnv, type Env } from "../platform/env.ts";
import { dataDirOf } from "../process/environment.ts";
import { approvalCommands } from "./approvals.ts";
import { appCommands } from "./apps.ts";
import { attentionCommand } from "./attention.ts";
import { auditCommands } from "./audit.ts";
import { backupCommand } from "./backup.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { callGatewayOf } from "./call-gateway.ts";
import { alertCommands } from "./alerts.ts";
import { budgetCommands } from "./budgets.ts";
import { explain } from "./cli-error.ts";
import { credentialCommands } from "./credentials.ts";
import { billingCommands } from "./customers.ts";
import { emailCommands } from "./email.ts";
import { emailSenderCommands } from "./email-senders.ts";
import { batchCommands } from "./batches.ts";
import { fileCommands } from "./files.ts";
import { responseCommands } from "./responses.ts";
import { videoCommands } from "./videos.ts";
import { doctorCommand } from "./doctor.ts";
import { estimateCommand } from "./estimate.ts";
import { migrateCommand } from "./migrate.ts";
import { operationCommands } from "./operations.ts";
import { organizationCommands } from "./organizations.ts";
import { openOperator } from "./open-operator.ts";
import { paymentCommands } from "./payments.ts";
import { planCommands } from "./plans.ts";
import { preferencesCommands } from "./preferences.ts";
import { priceCommands } from "./prices.ts";
import { restoreCommand } from "./restore.ts";
import { routeCommand } from "./route.ts";
import { secretsCommands } from "./secrets.ts";
import { serviceTokenCommands } from "./service-tokens.ts";
import { sessionCommands } from "./session.ts";
import { spendingCommands } from "./spending.ts";
import type { Terminal } from "./terminal.ts";
import { usageCommands } from "./usage.ts";
import { usageReportCommands } from "./usage-reports.ts";
import { shownText } from "./shown-text.ts";
import { userCommands } from "./users.ts";

interface RunCli {
  /** What was typed behind the program's name. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The operators' command line; resolves with the exit code. */
export const runCli = async ({ args, environment, out, err, signal }: RunCli): Promise<number> => {
  let exitCode = 0;
  let known: { readonly env: Env; readonly dataDir: string } | undefined;
  const configuration = (): { readonly env: Env; readonly dataDir: string } => {
    const env = readEnv(environment);
    known = { env, dataDir: dataDirOf(env) };
    return known;
  };
  const terminal: Terminal = {
    say: (text) => void out(`${shownText(text)}\n`),
    write: async (text) => {
      await out(text);
    },
    failWith: (code) => {
      exitCode = code;
    },
    signal,
    withOperator: async (work) => {
      const { env, dataDir } = configuration();
      const operator = await openOperator(env, dataDir);
      try {
        await work(operator);
      } finally {
        await operator.close();
      }
    },
  };
  const program = new Command("nexus")
    .description("The operators' command line of Topolo Nexus. It works beside a running gateway and without one.")
    .usage("<command>   (npm run nexus -- <command>)")
    .exitOverride()
    .configureOutput({ writeOut: (text) => void out(text), writeErr: err })
    .showHelpAfterError("(see --help)");
  doctorCommand(program, terminal, configuration);
  backupCommand(program, terminal, configuration);
  restoreCommand(program, terminal, configuration);
  migrateCommand(program, terminal, environment);
  sessionCommands(program, terminal, configuration);
  const callGateway = callGatewayOf(configuration);
  emailCommands(program, terminal, callGateway);
  paymentCommands(program, terminal, callGateway);
  routeCommand(program, terminal.say, callGateway);
  preferencesCommands(program, terminal.say, callGateway);
  credentialCommands(program, terminal, callGateway);
  attentionCommand(program, terminal, callGateway);
  estimateCommand(program, terminal, callGateway);
  fileCommands(program, terminal, callGateway);
  batchCommands(program, terminal, callGateway);
  videoCommands(program, terminal, callGateway);
  responseCommands(program, terminal, callGateway);
  for (const add of [
    appCommands,
    serviceTokenCommands,
    budgetCommands,
    alertCommands,
    priceCommands,
    usageCommands,
    usageReportCommands,
    auditCommands,
    operationCommands,
    approvalCommands,
    spendingCommands,
    billingCommands,
    planCommands,
    secretsCommands,
    organizationCommands,
    emailSenderCommands,
    userCommands,
    bootstrapCommand,
  ])
    add(program, terminal);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    err(`${explain(error, known?.env.DATABASE_URL === undefined)}\n`);
    return 1;
  }
};
