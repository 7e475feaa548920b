import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import { routableOperations, type RoutableOperation } from "../domain/routing/index.ts";
import type { CallGateway } from "./call-gateway.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Explained = Awaited<ReturnType<NexusClient["preferences"]["explainRoute"]["query"]>>;
type Considered = Explained["considered"][number];
type Credential = Considered["credentials"][number];

const becauseWords: Readonly<Record<Considered["because"], string>> = {
  requested: "asked for",
  fallback_chain: "in its fallback chain",
  same_model_elsewhere: "same model elsewhere",
};

const verdictWords: Readonly<Record<Credential["verdict"], string>> = {
  used: "used",
  own_key_pays: "not used: the organization's own key pays",
  shared: "not used: what is asked for lives in one account",
  unpriced: "not used: the model has no price",
  circuit_open: "not used: its circuit is open",
};

const credentialLine = ({ tier, verdict, credentialId, retryAfterMs }: Credential): string =>
  `${tier} ${verdictWords[verdict]}${retryAfterMs === null ? "" : ` for ${Math.ceil(retryAfterMs / 1_000)} s`} (${credentialId})`;

const rowsOf = ({ model, because, refusal, credentials }: Considered): string[][] => {
  const outcomes = [...credentials.map(credentialLine), ...(refusal === null ? [] : [refusal.message])];
  return outcomes.map((outcome, index) => (index === 0 ? [model, becauseWords[because], outcome] : ["", "", outcome]));
};

interface Options {
  readonly operation?: RoutableOperation;
  readonly tools?: boolean;
  readonly images?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
}

/** `nexus route <model>`: where a call would go, and why, without sending it. */
export const routeCommand = (program: Command, say: Terminal["say"], withClient: CallGateway): void => {
  program
    .command("route <model>")
    .description("where a call would go and why; nothing is sent")
    .addOption(
      new Option("--operation <name>", "for another operation than ai.generateText").choices(routableOperations),
    )
    .option("--tools", "the call offers tools")
    .option("--images", "the call has images")
    .option("--schema", "the call asks for JSON of a schema")
    .option("--json", "one JSON object")
    .action((model: string, { operation, tools, images, schema, json }: Options) =>
      withClient(async (nexus) => {
        const explained = await nexus.preferences.explainRoute.query({
          model,
          ...(operation === undefined ? {} : { operation }),
          ...(tools === true ? { tools } : {}),
          ...(images === true ? { images } : {}),
          ...(schema === true ? { json: schema } : {}),
        });
        if (json === true) return say(JSON.stringify(explained));
        const { routes, refusal, considered } = explained;
        if (refusal !== null) say(`Refused: ${refusal.message} (${refusal.code})`);
        for (const [index, route] of routes.entries())
          say(`${index + 1}. ${route.vendor}/${route.model}, paid by ${route.tier}`);
        say(`\n${table(["MODEL", "LOOKED AT BECAUSE", "OUTCOME"], considered.flatMap(rowsOf))}`);
      }),
    );
};
