import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd } from "./usd.ts";

type EstimateInput = Parameters<NexusClient["ai"]["estimate"]["mutate"]>[0];

const operations = [
  "ai.generateText",
  "ai.embed",
  "ai.rerank",
  "ai.moderate",
  "ai.generateImage",
  "ai.generateSpeech",
] as const;

interface Options {
  readonly operation: (typeof operations)[number];
  readonly maxOutputTokens?: string;
  readonly webSearch?: string;
  readonly document?: readonly string[];
  readonly json?: boolean;
}

const wholeOf = (option: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`${option} takes a whole number, not "${text}".`);
  return Number(text);
};

const requestOf = (model: string, text: string, options: Options): EstimateInput => {
  const { operation, maxOutputTokens, webSearch, document } = options;
  if (operation !== "ai.generateText" && webSearch !== undefined)
    throw new CliError(`--web-search is for ai.generateText; ${operation} searches nothing.`);
  if (operation !== "ai.generateText" && maxOutputTokens !== undefined)
    throw new CliError(`--max-output-tokens is for ai.generateText; ${operation} writes no tokens.`);
  if (operation === "ai.embed") return { embed: { model, values: [text] } };
  if (operation !== "ai.rerank" && document !== undefined)
    throw new CliError(`--document is for ai.rerank; ${operation} ranks nothing.`);
  if (operation === "ai.rerank") {
    if (document === undefined) throw new CliError("ai.rerank takes its documents by --document, once for each.");
    return { rerank: { model, query: text, documents: [...document] } };
  }
  if (operation === "ai.moderate") return { moderate: { model, content: text } };
  if (operation === "ai.generateImage") return { generateImage: { model, prompt: text } };
  if (operation === "ai.generateSpeech") return { generateSpeech: { model, text } };
  return {
    generateText: {
      model,
      prompt: text,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens: wholeOf("--max-output-tokens", maxOutputTokens) }),
      ...(webSearch === undefined ? {} : { webSearch: { maxUses: wholeOf("--web-search", webSearch) } }),
    },
  };
};

/** `nexus estimate <model> <text>`: the most that a call can cost, and where it would go, without sending it. */
export const estimateCommand = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  program
    .command("estimate <model> <text>")
    .description("the most that a call can cost, which is what would be set aside for it; nothing is sent")
    .addOption(new Option("--operation <name>", "the operation").choices([...operations]).default("ai.generateText"))
    .option("--max-output-tokens <n>", "most tokens of the answer")
    .option("--web-search <n>", "most searches of the web that the model may make")
    .option("--document <text...>", "of ai.rerank, whose query the text is: a document")
    .option("--json", "one JSON object")
    .action((model: string, text: string, options: Options) =>
      withClient(async (nexus) => {
        const told = await nexus.ai.estimate.mutate(requestOf(model, text, options));
        if (options.json === true) return say(JSON.stringify(told));
        const more = told.routes === 1 ? "" : `, or ${told.routes - 1} more after it`;
        say(
          `At most ${formatUsd(BigInt(told.boundNanoUsd))} USD: ${told.vendor}/${told.model}, paid by ${told.credentialTier}${more}.`,
        );
      }),
    );
};
