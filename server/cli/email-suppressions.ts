import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import { SuppressionStream, suppressionReasons } from "../contracts/email/suppression.ts";
import type { CallGateway } from "./call-gateway.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type List = Awaited<ReturnType<NexusClient["email"]["suppressions"]["list"]["query"]>>;
type Stream = List["suppressions"][number]["stream"];
type Reason = List["suppressions"][number]["reason"];

interface Of {
  readonly stream?: Stream;
  readonly json?: boolean;
}

const streamOption = (): Option => new Option("--stream <name>", "of which mail").choices(SuppressionStream.options);

const json = ["--json", "one JSON object"] as const;

/** `nexus email suppressions list|add|remove|check`: to whom nothing is sent. */
export const suppressionCommands = (email: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const suppressions = email.command("suppressions").description("addresses to which nothing is sent");

  suppressions
    .command("list")
    .description("the newest ones")
    .option("--limit <n>", "at most so many, up to 100", "50")
    .option(...json)
    .action((options: { readonly limit: string; readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const page = await nexus.email.suppressions.list.query({ limit: Number(options.limit) });
        if (options.json) return say(JSON.stringify(page));
        if (page.suppressions.length === 0) return say("None.");
        const rows = page.suppressions.map(({ address, stream, reason, createdAt, note }) => [
          address ?? "(not readable any more)",
          stream,
          reason,
          createdAt.slice(0, 10),
          note ?? "–",
        ]);
        say(table(["ADDRESS", "MAIL", "WHY", "SINCE", "NOTE"], rows));
      }),
    );

  suppressions
    .command("add <address>")
    .description("send nothing to an address from now on; codes and password resets still are")
    .addOption(streamOption())
    .option("--note <text>", "why")
    .option(...json)
    .action((address: string, options: Of & { readonly note?: string }) =>
      withClient(async (nexus) => {
        const { stream, note } = options;
        const added = await nexus.email.suppressions.add.mutate({
          address,
          ...(stream === undefined ? {} : { stream }),
          ...(note === undefined ? {} : { note }),
        });
        say(options.json ? JSON.stringify(added) : `Nothing is sent to ${address} from now on.`);
      }),
    );

  suppressions
    .command("remove <address>")
    .description("send to an address again")
    .addOption(streamOption())
    .addOption(new Option("--reason <name>", "suppressed for this alone").choices(suppressionReasons))
    .option(...json)
    .action((address: string, options: Of & { readonly reason?: Reason }) =>
      withClient(async (nexus) => {
        const { stream, reason } = options;
        const removed = await nexus.email.suppressions.remove.mutate({
          address,
          ...(stream === undefined ? {} : { stream }),
          ...(reason === undefined ? {} : { reason }),
        });
        say(options.json ? JSON.stringify(removed) : `${address} is sent to again.`);
      }),
    );

  suppressions
    .command("check <address>")
    .description("whether mail is sent to an address")
    .addOption(
      new Option("--stream <name>", "of which mail").choices(["transactional", "broadcast"]).default("transactional"),
    )
    .option(...json)
    .action((address: string, options: { readonly stream: Exclude<Stream, "any">; readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const answer = await nexus.email.suppressions.check.query({ address, stream: options.stream });
        if (options.json) return say(JSON.stringify(answer));
        say(answer.suppressed ? `Nothing is sent to ${address}.` : `${address} is sent to.`);
      }),
    );
};
