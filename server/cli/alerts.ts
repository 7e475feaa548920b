import type { Command } from "commander";
import {
  createWebhook,
  getAlertSettings,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  rotateWebhook,
  setAlertSettings,
  testWebhook,
} from "../domain/alerts/index.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface OfOrganization {
  readonly org: string;
  readonly json?: boolean;
}

interface SetAlerts extends OfOrganization {
  readonly administrators?: boolean;
  readonly address?: readonly string[];
  readonly webhook?: readonly string[];
  readonly forecast?: boolean;
}

const contextOf = async (operator: Operator, { org }: OfOrganization) => ({
  ...operatorAtConsole(),
  organizationId: await organizationOf(operator, org),
});

/** `nexus alerts …` and `nexus webhooks …`: who is told when a budget crosses a threshold. */
export const alertCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const alerts = program.command("alerts").description("who is told when a budget crosses a threshold");

  alerts
    .command("set <budget>")
    .description("set who is told of a budget; what is left out is told nobody")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--no-administrators", "no mail to owners and administrators")
    .option("--address <addresses...>", "mail to these addresses, too")
    .option("--webhook <ids...>", "webhooks of the organization")
    .option("--forecast", "tell, too, that the money will run out before the period ends")
    .option("--json", "one JSON object")
    .action((budget: string, options: SetAlerts) =>
      withOperator(async (operator) => {
        const { administrators = true, address = [], webhook = [], forecast = false } = options;
        const set = await setAlertSettings(operator.deps, await contextOf(operator, options), {
          id: budget,
          administrators,
          addresses: [...address],
          webhookIds: [...webhook],
          forecast,
        });
        if (options.json) return say(JSON.stringify(set));
        const told = [...(administrators ? ["administrators"] : []), ...set.addresses, ...set.webhookIds];
        say(
          told.length === 0 ? "Nobody is told." : `Told: ${told.join(", ")}${forecast ? "; also of a forecast" : ""}.`,
        );
      }),
    );

  alerts
    .command("show <budget>")
    .description("who is told of a budget, and what became of it")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON object")
    .action((budget: string, options: OfOrganization) =>
      withOperator(async (operator) => {
        const ctx = await contextOf(operator, options);
        const settings = await getAlertSettings(operator.deps, ctx, { id: budget });
        const { deliveries } = await listDeliveries(operator.deps, ctx, { budgetId: budget });
        if (options.json) return say(JSON.stringify({ settings, deliveries }));
        const { administrators, addresses, webhookIds, forecast } = settings;
        say(`Administrators: ${administrators ? "yes" : "no"}; forecast: ${forecast ? "yes" : "no"}.`);
        say(`Others: ${[...addresses, ...webhookIds].join(", ") || "none"}.`);
        if (deliveries.length === 0) return undefined;
        const rows = deliveries.map((one) => [
          one.createdAt,
          one.forecast ? "forecast" : one.thresholds.map((percent) => `${percent} %`).join(", "),
          one.webhookLabel ?? one.channel,
          one.state,
          String(one.tries),
          one.error ?? "",
        ]);
        say(table(["AT", "WHAT", "TO", "STATE", "TRIES", "ERROR"], rows, ["TRIES"]));
        return undefined;
      }),
    );

  const webhooks = program.command("webhooks").description("addresses of an organization that are told of alerts");

  webhooks
    .command("list")
    .description("an organization's webhooks")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON array")
    .action((options: OfOrganization) =>
      withOperator(async (operator) => {
        const found = await listWebhooks(operator.deps, await contextOf(operator, options));
        if (options.json) return say(JSON.stringify(found.webhooks));
        if (found.webhooks.length === 0) return say("No webhook yet: npm run nexus -- webhooks add --help");
        say(
          table(
            ["ID", "NAME", "ADDRESS", "ADDED"],
            found.webhooks.map(({ id, label, url, createdAt }) => [id, label, url, createdAt]),
          ),
        );
      }),
    );

  webhooks
    .command("add <url>")
    .description("add a webhook; its signing secret is shown once")
    .requiredOption("--org <slug-or-id>", "organization")
    .requiredOption("--label <name>", "what people call it")
    .option("--json", "one JSON object")
    .action((url: string, options: OfOrganization & { readonly label: string }) =>
      withOperator(async (operator) => {
        const { label } = options;
        const made = await createWebhook(operator.deps, await contextOf(operator, options), { label, url });
        say(options.json ? JSON.stringify(made) : `${made.webhook.id}\nSigning secret, shown once: ${made.secret}`);
      }),
    );

  webhooks
    .command("rotate <id>")
    .description("give a webhook a new signing secret; the one before signs on for a day")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--at-once", "the secret before does not sign on")
    .action((id: string, options: OfOrganization & { readonly atOnce?: boolean }) =>
      withOperator(async (operator) => {
        const { secret } = await rotateWebhook(operator.deps, await contextOf(operator, options), {
          id,
          ...(options.atOnce ? { overlapMs: 0 } : {}),
        });
        say(`Signing secret, shown once: ${secret}`);
      }),
    );

  webhooks
    .command("test <id>")
    .description("send a test message now")
    .requiredOption("--org <slug-or-id>", "organization")
    .action((id: string, options: OfOrganization) =>
      withOperator(async (operator) => {
        const { delivered, error } = await testWebhook(operator.deps, await contextOf(operator, options), { id });
        if (!delivered) throw new CliError(`It did not take the test message. ${error ?? ""}`);
        say("It took the test message.");
      }),
    );

  webhooks
    .command("remove <id>")
    .description("remove a webhook; budgets no longer tell it anything")
    .requiredOption("--org <slug-or-id>", "organization")
    .action((id: string, options: OfOrganization) =>
      withOperator(async (operator) => {
        await removeWebhook(operator.deps, await contextOf(operator, options), { id });
        say("The webhook is removed.");
      }),
    );
};
