import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import { keptStatuses, type KeptStatus } from "../contracts/kept-status.ts";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface Json {
  readonly json?: boolean;
}

interface OfApp extends Json {
  readonly app?: string;
}

interface ListOptions extends OfApp {
  readonly status?: readonly string[];
  readonly kind?: string;
  readonly background?: boolean;
  readonly before?: string;
  readonly limit: string;
}

type View = Awaited<ReturnType<NexusClient["ai"]["responses"]["list"]["query"]>>["responses"][number];

const modelOf = ({ provider, model }: View): string => (model === null ? "–" : `${provider ?? "–"}/${model}`);

const told = (answer: View): string =>
  `${answer.id}: ${answer.status}${answer.model === null ? "" : `, by ${modelOf(answer)}`}`;

const heads = ["ID", "STATUS", "BACKGROUND", "MODEL", "FOR", "ASKED"];

const rowOf = (answer: View): string[] => [
  answer.id,
  answer.status,
  answer.background ? "yes" : "no",
  modelOf(answer),
  answer.userId ?? answer.keyId ?? "–",
  answer.createdAt.slice(0, 16).replace("T", " "),
];

const statusIn = (text: string): KeptStatus => {
  const known = keptStatuses.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CliError(`--status is one of ${keptStatuses.join(", ")}, not "${text}".`);
};

const kindIn = (text: string): View["kind"] => {
  if (text === "response" || text === "interaction") return text;
  throw new CliError(`--kind is response or interaction, not "${text}".`);
};

/** `nexus responses list|show|cancel|delete`: answers that are kept for whoever asks, those in the background among them. */
export const responseCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const responses = program
    .command("responses")
    .description("responses and interactions that are kept, those in the background among them");

  responses
    .command("list")
    .description("those that you may know of, newest first")
    .option(
      "--status <status...>",
      "those that stand so: queued, in_progress, completed, incomplete, failed, cancelled",
    )
    .option("--kind <kind>", "response or interaction")
    .option("--background", "those that go on without their callers alone")
    .option("--before <id>", "those that were asked for before this one")
    .option("--limit <n>", "at most so many", "20")
    .option("--app <id>", "the app in whose name they were asked for")
    .option("--json", "one JSON object")
    .action(({ status, kind, background, before, limit, app, json }: ListOptions) =>
      withClient(async (nexus) => {
        const found = await nexus.ai.responses.list.query({
          ...(status === undefined ? {} : { status: status.map(statusIn) }),
          ...(kind === undefined ? {} : { kind: kindIn(kind) }),
          ...(background === true ? { background } : {}),
          ...(before === undefined ? {} : { before }),
          limit: wholeNumber("--limit", limit),
        });
        if (json === true) return say(JSON.stringify(found));
        const last = found.responses.at(-1)?.id;
        if (last === undefined) return say("There are no such answers.");
        say(table(heads, found.responses.map(rowOf)));
        if (found.more) say(`There are older ones: --before ${last}`);
      }, app),
    );

  responses
    .command("show <id>")
    .description("how one stands, and what it says")
    .option("--app <id>", "the app in whose name it was asked for")
    .option("--json", "one JSON object")
    .action((responseId: string, { app, json }: OfApp) =>
      withClient(async (nexus) => {
        const kept = await nexus.ai.responses.get.query({ responseId });
        if (json === true) return say(JSON.stringify(kept));
        const words = kept.contents === null ? "What it says is for whoever asked for it." : kept.contents.said;
        say([told(kept), words].filter((line) => line !== "").join("\n"));
      }, app),
    );

  responses
    .command("cancel <id>")
    .description("end one that is in the background; what its model has done by then is paid for")
    .option("--app <id>", "the app in whose name it was asked for")
    .option("--json", "one JSON object")
    .action((responseId: string, { app, json }: OfApp) =>
      withClient(async (nexus) => {
        const kept = await nexus.ai.responses.cancel.mutate({ responseId });
        say(json === true ? JSON.stringify(kept) : told(kept));
      }, app),
    );

  responses
    .command("delete <id>")
    .description("forget one; in the background, it is cancelled")
    .option("--app <id>", "the app in whose name it was asked for")
    .action((responseId: string, { app }: OfApp) =>
      withClient(async (nexus) => {
        const { id } = await nexus.ai.responses.delete.mutate({ responseId });
        say(`${id} is no longer kept.`);
      }, app),
    );
};
