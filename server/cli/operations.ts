import { Option, type Command } from "commander";
import {
  importBill,
  getOperationOf,
  listOperationsOf,
  OperationState,
  reconcileOperation,
  resolveOperation,
  type BillOutcome,
  type OperationView,
} from "../domain/operations/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { readBill } from "./read-bill.ts";
import { reportCommand } from "./report-outcome.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";

interface Resolve {
  readonly costUsd?: string;
  readonly notBilled?: boolean;
  readonly reason: string;
  readonly json?: boolean;
}

interface Import {
  readonly org?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface List {
  readonly org?: string;
  readonly state: string;
  readonly vendor?: string;
  readonly json?: boolean;
}

interface Listed extends OperationView {
  readonly organizationId: string;
}

const usd = (nanos: string | bigint): string => formatUsd(BigInt(nanos));
const minute = (at: string | null): string => at?.slice(0, 16).replace("T", " ") ?? "–";

const heads = ["OPERATION", "ORGANIZATION", "CALL", "TIER", "STATE", "WHY", "SINCE", "HELD USD", "SETTLES AT ITS HOLD"];

const askedOf = ({ operation, vendor, model }: Pick<Listed, "operation" | "vendor" | "model">): string =>
  `${operation} ${model === null ? vendor : `${vendor}/${model}`}`;

const rowOf = (listed: Listed): string[] => [
  listed.operationId,
  listed.organizationId,
  askedOf(listed),
  listed.credentialTier ?? "–",
  listed.progress ?? listed.state,
  listed.doubt ?? "–",
  minute(listed.createdAt),
  usd(listed.heldNanos),
  minute(listed.settlesAt),
];

const stateOf = (text: string): OperationView["state"] => {
  const state = OperationState.safeParse(text);
  if (!state.success) throw new CliError(`--state takes ${OperationState.options.join(", ")}, not "${text}".`);
  return state.data;
};

/** At most so many are listed; filters narrow them down. */
const mostListed = 1_000;

/** What is known of one operation, a line a fact. */
const linesOf = (shown: Awaited<ReturnType<typeof getOperationOf>>): string[] => [
  `${askedOf(shown)}, ${shown.progress ?? shown.state}`,
  `organization ${shown.row.org_id}, app ${shown.appId ?? "–"}, paid by ${shown.credentialTier ?? "–"} ${shown.credentialId ?? ""}`,
  `begun ${shown.createdAt}, ended ${shown.endedAt ?? "–"}`,
  `held ${usd(shown.heldNanos)} USD, booked ${shown.costNanos === null ? "–" : `${usd(shown.costNanos)} USD`}`,
  ...(shown.doubt === null ? [] : [`outcome unknown because: ${shown.doubt}`]),
  ...(shown.resolution === null
    ? []
    : [
        `ended by ${[shown.resolution.by, shown.resolution.actor, shown.resolution.reason].filter(Boolean).join(", ")}`,
      ]),
  ...shown.attempts.map(({ n, vendor, step, phase, evidence, outcome, status, keyDeadline }) =>
    [
      `attempt ${n}: ${vendor}`,
      step ?? "",
      evidence ?? outcome ?? "nobody knows",
      phase === null ? "" : `got as far as ${phase}`,
      status === null ? "" : `status ${status}`,
      keyDeadline === null ? "" : `may be repeated until ${keyDeadline}`,
    ]
      .filter(Boolean)
      .join(", "),
  ),
];

const said: Readonly<Record<string, string>> = {
  settled: "The operation has ended: it is booked at",
  corrected: "The booking is corrected: the operation is booked at",
  late: "The operation had been released; its cost is booked as overrun:",
  same: "Nothing to change: the operation is booked at",
};

const outcomes = ["corrected", "same", "unknown", "refused"] as const satisfies readonly BillOutcome["outcome"][];

const told = ({ line, outcome, operationId, wasNanos, costNanos, reason }: BillOutcome): string =>
  [
    `line ${line}`,
    outcome,
    operationId ?? "",
    outcome === "corrected" ? `${wasNanos ? usd(wasNanos) : "uncertain"} -> ${usd(costNanos)} USD` : "",
    reason ?? "",
  ]
    .filter(Boolean)
    .join("  ");

/** `nexus operations list|show|resolve|report|import`: operations, and the resolution of uncertain ones. */
export const operationCommands = (program: Command, { withOperator, say, failWith }: Terminal): void => {
  const operations = program.command("operations").description("calls and their outcomes; resolves uncertain ones");

  operations
    .command("list")
    .description("operations in a state; for uncertain ones also why, how much is held and until when")
    .option("--state <state>", "open, settled, released, uncertain or late", "uncertain")
    .option("--org <slug-or-id>", "organization; without it, the uncertain ones of all")
    .option("--vendor <id>", "only this vendor")
    .option("--json", "one JSON array")
    .action((options: List) =>
      withOperator(async (operator) => {
        const state = stateOf(options.state);
        const organizationId = options.org === undefined ? undefined : await organizationOf(operator, options.org);
        if (organizationId === undefined && state !== "uncertain")
          throw new CliError("Name the organization with --org, or list the uncertain ones.");
        const found: Listed[] = [];
        let before: string | undefined;
        let held: string | undefined;
        do {
          const page = await listOperationsOf(operator.deps, organizationId, {
            state,
            limit: 100,
            ...(options.vendor === undefined ? {} : { vendor: options.vendor }),
            ...(before === undefined ? {} : { before }),
          });
          found.push(
            ...page.operations.map((operation, at) => ({
              ...operation,
              organizationId: page.organizationIds[at] ?? "",
            })),
          );
          held = page.uncertain?.heldNanos;
          before = page.next ?? undefined;
        } while (before !== undefined && found.length < mostListed);
        if (options.json) return say(JSON.stringify(found));
        if (found.length === 0) return say(`No operation is ${state}.`);
        say(table(heads, found.map(rowOf), ["HELD USD"]));
        const sum = held === undefined ? "" : `, ${usd(held)} USD held`;
        say(`${found.length} ${state}${sum}. Times are UTC; "–" is not settled automatically.`);
      }),
    );

  operations
    .command("show <operation-id>")
    .description("one operation, with attempts and entries")
    .option("--json", "one JSON object")
    .action((id: string, options: { readonly json?: boolean }) =>
      withOperator(async (operator) => {
        const shown = await getOperationOf(operator.deps, undefined, { operationId: id });
        const { row, ...rest } = shown;
        say(options.json ? JSON.stringify({ ...rest, organizationId: row.org_id }) : linesOf(shown).join("\n"));
      }),
    );

  operations
    .command("reconcile <operation-id>")
    .description("look up at the vendor again, at once, what became of an operation that acts")
    .action((operationId: string) =>
      withOperator(async (operator) => {
        const { due, progress } = await reconcileOperation(operator.deps, operatorAtConsole(), { operationId });
        say(due ? "It is looked up again at once." : `There is nothing to look up: it is ${progress}.`);
      }),
    );

  operations
    .command("resolve <operation-id>")
    .description("record what the vendor billed, or that it billed nothing; also corrects estimates")
    .addOption(new Option("--cost-usd <usd>", "what the vendor billed, for example 0.0024").conflicts("notBilled"))
    .option("--not-billed", "the vendor billed nothing: the hold is released")
    .requiredOption("--reason <text>", "how you know; kept on the call and in the audit trail")
    .option("--json", "one JSON object")
    .action((id: string, options: Resolve) =>
      withOperator(async (operator) => {
        if ((options.costUsd === undefined) === (options.notBilled !== true))
          throw new CliError("Say what the vendor billed, for example --cost-usd 0.0024, or --not-billed.");
        const done = await resolveOperation(operator.deps, operatorAtConsole(), {
          operationId: id,
          reason: options.reason,
          ...(options.costUsd === undefined
            ? { notBilled: true }
            : { costNanos: parseUsd(options.costUsd).toString() }),
        });
        if (options.json) return say(JSON.stringify(done));
        const { outcome, operation } = done;
        if (operation.state === "released") return say("The operation was not billed: its hold is released.");
        say(`${said[outcome] ?? outcome} ${usd(operation.costNanos ?? "0")} USD.`);
        if (operation.overrunNanos !== "0")
          say(`${usd(operation.overrunNanos)} USD of it are above what was held, and count as overrun.`);
      }),
    );

  reportCommand(operations, { withOperator, say });

  operations
    .command("import <file.csv>")
    .description("book a vendor's export or invoice: columns operation_id or vendor_request_id, vendor, cost_usd")
    .option("--org <slug-or-id>", "only this organization")
    .option("--dry-run", "show what would change, and change nothing")
    .option("--force", "also replace a different amount that the vendor itself reported")
    .option("--json", "one JSON object a line")
    .action((path: string, options: Import) =>
      withOperator(async (operator) => {
        const organizationId = options.org === undefined ? undefined : await organizationOf(operator, options.org);
        const bill = await readBill(path);
        const counts = { corrected: 0, same: 0, unknown: 0, refused: 0 };
        const tell = (outcome: BillOutcome): void => {
          counts[outcome.outcome] += 1;
          if (options.json) say(JSON.stringify({ ...outcome, costNanos: outcome.costNanos.toString() }));
          else if (outcome.outcome !== "same") say(told(outcome));
        };
        for (const { line, reason } of bill.unreadable) {
          counts.refused += 1;
          say(options.json ? JSON.stringify({ line, outcome: "refused", reason }) : `line ${line}  refused  ${reason}`);
        }
        const booking = importBill(operator.deps, {
          lines: bill.lines,
          evidence: bill.sha256,
          operator: operatorAtConsole(),
          organizationId,
          dryRun: options.dryRun ?? false,
          force: options.force ?? false,
        });
        for await (const outcome of booking) tell(outcome);
        if (counts.refused > 0) failWith(1);
        if (options.json) return;
        say(
          `${outcomes.map((outcome) => `${counts[outcome]} ${outcome}`).join(", ")}. SHA-256 ${bill.sha256}${options.dryRun ? "; nothing was changed (--dry-run)" : ""}`,
        );
      }),
    );
};
