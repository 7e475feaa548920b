import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import type { Terminal } from "./terminal.ts";

interface CreateOptions extends ActOptions {
  readonly email: string;
  readonly name?: string;
  readonly provider?: string;
}

const provider = ["--provider <vendor>", "the vendor that has it", "stripe"] as const;

interface Shown {
  readonly customerId: string;
  readonly provider: string;
  readonly email: string | null;
  readonly name: string | null;
}

const told = ({ customerId, provider: at, email, name }: Shown): string =>
  `${customerId} at ${at}: ${[name, email].filter(Boolean).join(", ") || "no name"}`;

/** `nexus payments customer create|show|portal`: customers as payment vendors have them. */
export const customerCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const customer = payments.command("customer").description("customers as payment vendors have them");

  asAct(
    customer
      .command("create")
      .description("make a customer, for checkouts and subscriptions")
      .requiredOption("--email <address>", "the customer's")
      .option("--name <text>", "the customer's")
      .option("--provider <vendor>", "the only vendor that may have it"),
  ).action((options: CreateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.customer.create.mutate(
        {
          email: options.email,
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.provider === undefined ? {} : { provider: options.provider }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      say(toldOf(answer, options, told));
    }, options.app),
  );

  customer
    .command("show <customer-id>")
    .description("read a customer at its vendor")
    .option(...provider)
    .option("--json", "one JSON object")
    .action((customerId: string, options: { readonly provider: string; readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.customer.get.query({ provider: options.provider, customerId });
        say(options.json ? JSON.stringify(view) : told(view));
      }),
    );

  asAct(
    customer
      .command("portal <customer-id>")
      .description("a link to the vendor's page on which a customer looks after cards and subscriptions")
      .option(...provider)
      .requiredOption("--return-url <url>", "where the customer goes afterwards: an origin of the app's"),
  ).action((id: string, options: ActOptions & { readonly provider: string; readonly returnUrl: string }) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.portal.create.mutate(
        { provider: options.provider, customer: id, returnUrl: options.returnUrl, ...tryFor(options) },
        onceFor(options),
      );
      say(toldOf(answer, options, ({ url }) => `For one visit, soon: ${url}`));
    }, options.app),
  );
};
