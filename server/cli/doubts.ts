import { Option, type Command } from "commander";
import { importBill, listDoubtsOf, resolveDoubt, type BillOutcome, type OperationView } from "../domain/usage/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { readBill } from "./read-bill.ts";
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

interface Doubt extends OperationView {
  readonly organizationId: string;
}

const usd = (nanos: string | bigint): string => formatUsd(BigInt(nanos));
const minute = (at: string | null): string => at?.slice(0, 16).replace("T", " ") ?? "–";

const rowOf = (doubt: Doubt): string[] => [
  doubt.operationId,
  doubt.organizationId,
  `${doubt.vendor}/${doubt.model}`,
  doubt.credentialTier ?? "–",
  doubt.doubt ?? "–",
  minute(doubt.createdAt),
  usd(doubt.heldNanos),
  minute(doubt.settlesAt),
];

const said: Readonly<Record<string, string>> = {
  settled: "The doubt has ended: the call is booked at",
  corrected: "The booking is corrected: the call is booked at",
  late: "The call had been given up; its cost is booked as overrun:",
  same: "Nothing to change: the call is booked at",
};

const outcomes = ["corrected", "same", "unknown", "refused"] as const satisfies readonly BillOutcome["outcome"][];

const told = ({ line, outcome, operationId, wasNanos, costNanos, reason }: BillOutcome): string =>
  [
    `line ${line}`,
    outcome,
    operationId ?? "",
    outcome === "corrected" ? `${wasNanos ? usd(wasNanos) : "in doubt"} -> ${usd(costNanos)} USD` : "",
    reason ?? "",
  ]
    .filter(Boolean)
    .join("  ");

/** `nexus doubts list|resolve|import`: calls of which nobody can tell what they have cost, and how that ends. */
export const doubtCommands = (program: Command, { withOperator, say, failWith }: Terminal): void => {
  const doubts = program.command("doubts").description("calls whose outcome is unknown, and how that ends");

  doubts
    .command("list")
    .description("what is in doubt, why, what is held for it and until when")
    .option("--org <slug-or-id>", "organization; all when absent")
    .option("--vendor <id>", "of this vendor alone")
    .option("--json", "one JSON array")
    .action((options: { readonly org?: string; readonly vendor?: string; readonly json?: boolean }) =>
      withOperator(async (operator) => {
        const organizationId = options.org === undefined ? undefined : await organizationOf(operator, options.org);
        const found: Doubt[] = [];
        let before: string | undefined;
        let held = "0";
        do {
          const page = await listDoubtsOf(operator.deps, organizationId, {
            limit: 100,
            ...(options.vendor === undefined ? {} : { vendor: options.vendor }),
            ...(before === undefined ? {} : { before }),
          });
          found.push(...page.doubts.map((doubt, at) => ({ ...doubt, organizationId: page.organizationIds[at] ?? "" })));
          held = page.heldNanos;
          before = page.next ?? undefined;
        } while (before !== undefined);
        if (options.json) return say(JSON.stringify(found));
        if (found.length === 0) return say("Nothing is in doubt.");
        const heads = ["OPERATION", "ORGANIZATION", "MODEL", "TIER", "WHY", "SINCE", "HELD USD", "SETTLES AT ITS HOLD"];
        say(table(heads, found.map(rowOf), ["HELD USD"]));
        say(`${found.length} in doubt, ${usd(held)} USD held. Times are UTC; "–" stays until somebody knows.`);
      }),
    );

  doubts
    .command("resolve <operation-id>")
    .description("say what the vendor billed, or that it billed nothing; also puts an estimate right")
    .addOption(new Option("--cost-usd <usd>", "what the vendor billed, for example 0.0024").conflicts("notBilled"))
    .option("--not-billed", "the vendor says that it never happened: the hold is given back")
    .requiredOption("--reason <text>", "how you know; kept on the call and in the audit trail")
    .option("--json", "one JSON object")
    .action((id: string, options: Resolve) =>
      withOperator(async (operator) => {
        if ((options.costUsd === undefined) === (options.notBilled !== true))
          throw new CliError("Say what the vendor billed, for example --cost-usd 0.0024, or --not-billed.");
        const done = await resolveDoubt(operator.deps, operatorAtConsole(), {
          operationId: id,
          reason: options.reason,
          ...(options.costUsd === undefined
            ? { notBilled: true }
            : { costNanos: parseUsd(options.costUsd).toString() }),
        });
        if (options.json) return say(JSON.stringify(done));
        const { outcome, operation } = done;
        if (operation.state === "released") return say("The call was not billed: its hold is given back.");
        say(`${said[outcome] ?? outcome} ${usd(operation.costNanos ?? "0")} USD.`);
        if (operation.overrunNanos !== "0")
          say(`${usd(operation.overrunNanos)} USD of it lie above what was held, and count as overrun.`);
      }),
    );

  doubts
    .command("import <file.csv>")
    .description("book a vendor's export or invoice: columns operation_id or vendor_request_id, vendor, cost_usd")
    .option("--org <slug-or-id>", "of this organization alone")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--force", "book it also where the vendor's own number is booked and differs")
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
