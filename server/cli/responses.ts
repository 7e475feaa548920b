import type { Command } from "commander";
import { z } from "zod";
import { collectBody } from "../providers/_wire/collect-body.ts";
import type { AskDoor, CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

interface Options {
  readonly app?: string;
  readonly json?: boolean;
}

const Block = z.looseObject({ text: z.string().optional() });

const Said = z.looseObject({ type: z.string().optional(), content: z.array(Block).nullish() });

/** What is kept, in OpenAI's form or in Google's. */
const Kept = z.looseObject({
  id: z.string(),
  status: z.string(),
  model: z.string().optional(),
  output: z.array(Said).optional(),
  steps: z.array(Said).optional(),
});
type Kept = z.infer<typeof Kept>;

/** By the id, whose API it is that kept it. */
const pathOf = (id: string): string => {
  const escaped = encodeURIComponent(id);
  if (id.startsWith("resp_")) return `/v1/responses/${escaped}`;
  if (id.startsWith("int_")) return `/v1beta/interactions/${escaped}`;
  throw new CliError(`"${id}" is no id of a response (resp_…) or an interaction (int_…).`);
};

const read = async (ask: AskDoor, request: Parameters<AskDoor>[0]): Promise<Kept> => {
  const { body } = await ask(request);
  return Kept.parse(JSON.parse((await collectBody(body)).toString("utf8")));
};

const wordsOf = ({ output = [], steps = [] }: Kept): string =>
  [...output.filter(({ type }) => type === "message"), ...steps.filter(({ type }) => type === "model_output")]
    .flatMap(({ content }) => content ?? [])
    .map(({ text = "" }) => text)
    .join("");

const told = (kept: Kept): string =>
  [`${kept.id}: ${kept.status}${kept.model === undefined ? "" : `, by ${kept.model}`}`, wordsOf(kept)]
    .filter((line) => line !== "")
    .join("\n");

/** `nexus responses show|cancel|delete`: answers that are kept for whoever asks, those in the background among them. */
export const responseCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const responses = program
    .command("responses")
    .description("responses and interactions that are kept for you, those in the background among them");

  responses
    .command("show <id>")
    .description("how one stands, and what it says")
    .option("--app <id>", "the app in whose name it was asked for")
    .option("--json", "one JSON object, as its API has it")
    .action((id: string, { app, json }: Options) =>
      withClient(async (_nexus, ask) => {
        const kept = await read(ask, { method: "GET", path: pathOf(id) });
        say(json === true ? JSON.stringify(kept) : told(kept));
      }, app),
    );

  responses
    .command("cancel <id>")
    .description("end one that is in the background; what its model has done by then is paid for")
    .option("--app <id>", "the app in whose name it was asked for")
    .option("--json", "one JSON object, as its API has it")
    .action((id: string, { app, json }: Options) =>
      withClient(async (_nexus, ask) => {
        const kept = await read(ask, { method: "POST", path: `${pathOf(id)}/cancel` });
        say(json === true ? JSON.stringify(kept) : told(kept));
      }, app),
    );

  responses
    .command("delete <id>")
    .description("forget one; in the background, it is cancelled")
    .option("--app <id>", "the app in whose name it was asked for")
    .action((id: string, { app }: Options) =>
      withClient(async (_nexus, ask) => {
        await ask({ method: "DELETE", path: pathOf(id) });
        say(`${id} is no longer kept.`);
      }, app),
    );
};
