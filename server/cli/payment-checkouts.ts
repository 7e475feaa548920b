import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { showMoney } from "./money.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import { linesOf, type LineOptions } from "./payment-lines.ts";
import type { Terminal } from "./terminal.ts";

type Create = Parameters<NexusClient["payments"]["checkout"]["create"]["mutate"]>[0];
type View = Awaited<ReturnType<NexusClient["payments"]["checkout"]["get"]["query"]>>;

interface CreateOptions extends ActOptions, LineOptions {
  readonly reference: string;
  readonly mode: Create["mode"];
  readonly successUrl: string;
  readonly cancelUrl?: string;
  readonly email?: string;
  readonly provider?: string;
}

const told = ({ checkoutId, provider, status, payment, total, url, providerStatus }: View): string =>
  [
    `${checkoutId} at ${provider}: ${status}, payment ${payment} (“${providerStatus}”), ${showMoney(total)}`,
    ...(url === null ? [] : [`Pay at ${url}`]),
  ].join("\n");

/** `nexus payments checkout create|show|expire|capture`. */
export const checkoutCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const checkout = payments.command("checkout").description("pages of the vendor's on which a payer pays");

  asAct(
    checkout
      .command("create")
      .description("open a page for one payment or a subscription")
      .requiredOption("--reference <id>", "your own id of what is paid for; one reference pays once")
      .option("--line <text...>", 'what is paid for, in minor units: "1050:USD Chairs"')
      .option("--price <id...>", "prices that the vendor keeps")
      .addOption(new Option("--mode <name>").choices(["payment", "subscription"]).default("payment"))
      .requiredOption("--success-url <url>", "where the payer goes afterwards: an origin of the app's")
      .option("--cancel-url <url>", "where the payer goes who gives up")
      .option("--email <address>", "the payer's")
      .option("--provider <vendor>", "the only vendor that may have it"),
  ).action((options: CreateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.checkout.create.mutate(
        {
          reference: options.reference,
          mode: options.mode,
          lines: linesOf(options),
          successUrl: options.successUrl,
          ...(options.cancelUrl === undefined ? {} : { cancelUrl: options.cancelUrl }),
          ...(options.email === undefined ? {} : { customerEmail: options.email }),
          ...(options.provider === undefined ? {} : { provider: options.provider }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      say(toldOf(answer, options, told));
    }, options.app),
  );

  checkout
    .command("show <checkout-id>")
    .description("ask its vendor how it stands")
    .option("--json", "one JSON object")
    .action((checkoutId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.checkout.get.query({ checkoutId });
        say(json ? JSON.stringify(view) : told(view));
      }),
    );

  for (const [verb, description] of [
    ["expire", "close its page, so that nobody can pay on it any more"],
    ["capture", "take what its payer has approved"],
  ] as const)
    asAct(checkout.command(`${verb} <checkout-id>`).description(description)).action(
      (checkoutId: string, options: ActOptions) =>
        withClient(async (nexus) => {
          const act = nexus.payments.checkout[verb];
          const answer = await act.mutate({ checkoutId, ...tryFor(options) }, onceFor(options));
          say(toldOf(answer, options, told));
        }, options.app),
    );
};
