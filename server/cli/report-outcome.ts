import { Option, type Command } from "commander";
import { reportOutcome } from "../domain/operations/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import type { Terminal } from "./terminal.ts";

interface Report {
  readonly vendor: string;
  readonly event: string;
  readonly done?: boolean;
  readonly notDone?: boolean;
  readonly object?: string;
  readonly json?: boolean;
}

const said = {
  new: "The report is taken: the operation is examined again at once.",
  duplicate: "This event was reported before; nothing changes.",
  known: "The operation has ended; the report changes nothing.",
} as const;

/** `nexus operations report`: what a vendor told of an operation that acts, where its app does not report it. */
export const reportCommand = (
  operations: Command,
  { withOperator, say }: Pick<Terminal, "withOperator" | "say">,
): void => {
  operations
    .command("report <operation-id>")
    .description("report what the vendor told of an operation that acts, for example by a webhook")
    .requiredOption("--vendor <id>", "the vendor that told it; one that was asked")
    .requiredOption("--event <id>", "the vendor's id of the event; each counts once")
    .addOption(new Option("--done", "it was done").conflicts("notDone"))
    .option("--not-done", "it was not done")
    .option("--object <id>", "the vendor's id of what was done")
    .option("--json", "one JSON object")
    .action((operationId: string, { vendor, event, done, notDone, object, json }: Report) =>
      withOperator(async ({ deps }) => {
        if ((done === true) === (notDone === true)) throw new CliError("Say how it ended: --done or --not-done.");
        const answer = await reportOutcome(deps, operatorAtConsole(), {
          operationId,
          vendor,
          eventId: event,
          outcome: done ? "done" : "not_done",
          ...(object === undefined ? {} : { vendorObjectId: object }),
        });
        say(json ? JSON.stringify(answer) : said[answer.accepted]);
      }),
    );
};
