import type { Command } from "commander";
import { approvePayment, declinePayment, listApprovals } from "../domain/approvals/index.ts";
import { showMoney } from "./money.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface List {
  readonly all?: boolean;
  readonly json?: boolean;
}

const heads = ["ID", "STATE", "OPERATION", "APP", "REFERENCE", "AMOUNT", "ASKED BY", "UNTIL"];

/** `nexus approvals list|approve|decline`: payments that wait for a person. */
export const approvalCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const approvals = program.command("approvals").description("payments that wait for a person, by spending policies");

  approvals
    .command("list")
    .description("those that wait, of every organization")
    .option("--all", "those that are decided or expired, too")
    .option("--json", "one JSON array")
    .action(({ all, json }: List) =>
      withOperator(async ({ deps }) => {
        const found = await listApprovals(deps, operatorAtConsole(), { pending: all !== true, limit: 100 });
        if (json) return say(JSON.stringify(found.approvals));
        if (found.approvals.length === 0) return say("None.");
        const rows = found.approvals.map((one) => [
          one.approvalId,
          one.state,
          one.operation,
          one.appId ?? "–",
          one.reference ?? "–",
          showMoney(one.amount),
          one.requestedBy,
          one.expiresAt,
        ]);
        say(table(heads, rows, ["AMOUNT"]));
      }),
    );

  approvals
    .command("approve <approval-id>")
    .description("let it go on: its caller comes back with the same idempotency key, within a day")
    .option("--reason <text>", "kept with it and in the audit trail")
    .action((approvalId: string, { reason }: { readonly reason?: string }) =>
      withOperator(async ({ deps }) => {
        const input = { approvalId, ...(reason === undefined ? {} : { reason }) };
        const { expiresAt } = await approvePayment(deps, operatorAtConsole(), input);
        say(`Approved. Its caller can carry it out until ${expiresAt}.`);
      }),
    );

  approvals
    .command("decline <approval-id>")
    .description("refuse it for good")
    .requiredOption("--reason <text>", "told to the caller, and kept in the audit trail")
    .action((approvalId: string, { reason }: { readonly reason: string }) =>
      withOperator(async ({ deps }) => {
        await declinePayment(deps, operatorAtConsole(), { approvalId, reason });
        say("Declined.");
      }),
    );
};
