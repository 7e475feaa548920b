import type { NexusClient, NexusInputs } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

type Preferences = Awaited<ReturnType<NexusClient["preferences"]["get"]["query"]>>;
type Changes = Omit<NexusInputs["preferences"]["set"], "revision">;

const byokPolicies = ["strict", "fallback-with-consent"] as const;
const switches = ["on", "off"] as const;

interface Set {
  readonly vendorOrder?: readonly string[] | false;
  readonly fallback?: (typeof switches)[number];
  readonly chain?: readonly string[];
  readonly allow?: readonly string[];
  readonly allowDefault?: boolean;
  readonly byok?: (typeof byokPolicies)[number];
  readonly requireApp?: (typeof switches)[number];
  readonly json?: boolean;
}

/** `openai/gpt-4o=anthropic/claude-sonnet-4-5,vllm/llama-3`; nothing behind the sign removes the chain. */
const chainOf = (text: string): readonly [string, readonly string[]] => {
  const [model = "", rest, ...more] = text.split("=");
  if (model === "" || rest === undefined || more.length > 0)
    throw new CliError(
      `--chain takes model=model,model, for example openai/gpt-4o=anthropic/claude-sonnet-4-5, not "${text}".`,
    );
  return [model, rest.split(",").filter((next) => next !== "")];
};

const changesOf = (options: Set, before: Preferences): Changes => {
  const { vendorOrder, fallback, chain, allow, allowDefault, byok, requireApp } = options;
  if (allow !== undefined && allowDefault === true)
    throw new CliError("Name models with --allow, or go back to the platform's list with --allow-default, not both.");
  const chains = { ...before.fallbackModels, ...Object.fromEntries((chain ?? []).map(chainOf)) };
  const changes = {
    ...(vendorOrder === undefined ? {} : { vendorOrder: vendorOrder === false ? [] : [...vendorOrder] }),
    ...(fallback === undefined ? {} : { fallback: fallback === "on" }),
    ...(chain === undefined
      ? {}
      : {
          fallbackModels: Object.fromEntries(
            Object.entries(chains)
              .filter(([, models]) => models.length > 0)
              .map(([model, models]) => [model, [...models]]),
          ),
        }),
    ...(allow === undefined ? {} : { modelAllowList: [...allow] }),
    ...(allowDefault === true ? { modelAllowList: null } : {}),
    ...(byok === undefined ? {} : { byokPolicy: byok }),
    ...(requireApp === undefined ? {} : { requireApp: requireApp === "on" }),
  };
  if (Object.keys(changes).length === 0)
    throw new CliError("Name at least one preference: npm run nexus -- preferences set --help");
  return changes;
};

const told = (preferences: Preferences): string => {
  const { vendorOrder, fallback, fallbackModels, modelAllowList, byokPolicy, byokConsent, requireApp } = preferences;
  const allowed = modelAllowList?.join(", ") ?? "those of the platform's default list";
  return [
    `Vendors, best first:  ${vendorOrder.join(", ") || "none is preferred"}`,
    `Another route:        ${fallback ? "may be taken where one fails" : "is never taken"}`,
    ...Object.entries(fallbackModels).map(([model, chain]) => `  ${model}, then ${chain.join(", ")}`),
    `Models:               ${allowed || "none may be called"}`,
    `Own keys:             ${byokPolicy}${byokConsent === null ? "" : `, consented by ${byokConsent.by} on ${byokConsent.at.slice(0, 10)}`}`,
    `An app:               ${requireApp ? "every call needs one" : "is not needed"}`,
  ].join("\n");
};

/** `nexus preferences show|set`: how calls of the organization are routed, as its page Routing has it. */
export const preferencesCommands = (program: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const preferences = program.command("preferences").description("how calls of the organization are routed");

  preferences
    .command("show")
    .description("what is stored, or the defaults")
    .option("--json", "one JSON object")
    .action(({ json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const stored = await nexus.preferences.get.query({});
        say(json === true ? JSON.stringify(stored) : told(stored));
      }),
    );

  preferences
    .command("set")
    .description("change those that are named and leave the others")
    .option("--vendor-order <ids...>", "vendors, best first, for example openai anthropic")
    .option("--no-vendor-order", "no vendor is preferred any more")
    .addOption(new Option("--fallback <switch>", "whether a call may move on to another route").choices(switches))
    .option("--chain <model=models...>", "models after one that fails, with commas between them; none removes it")
    .option("--allow <patterns...>", "models that may be called, for example openai/*")
    .option("--allow-default", "models of the platform's default list may be called")
    .addOption(
      new Option(
        "--byok <policy>",
        "who pays where an own key fails; fallback-with-consent is your consent that another does",
      ).choices(byokPolicies),
    )
    .addOption(new Option("--require-app <switch>", "whether calls that name no app are refused").choices(switches))
    .option("--json", "one JSON object")
    .action((options: Set) =>
      withClient(async (nexus) => {
        const before = await nexus.preferences.get.query({});
        const changes = changesOf(options, before);
        const stored = await nexus.preferences.set.mutate({ ...changes, revision: before.revision });
        say(options.json === true ? JSON.stringify(stored) : told(stored));
      }),
    );
};
