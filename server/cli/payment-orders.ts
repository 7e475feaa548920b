import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { readMoney, showMoney } from "./money.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import type { Terminal } from "./terminal.ts";

type View = Awaited<ReturnType<NexusClient["payments"]["order"]["get"]["query"]>>;

interface CreateOptions extends ActOptions {
  readonly reference: string;
  readonly amount: string;
  readonly description?: string;
  readonly manual?: boolean;
  readonly returnUrl?: string;
  readonly provider?: string;
}

const told = ({
  orderId,
  provider,
  status,
  next,
  amount,
  captured,
  refunded,
  approval,
  providerStatus,
}: View): string =>
  [
    `${orderId} at ${provider}: ${status} (“${providerStatus}”), ${showMoney(amount)}, acts next: ${next ?? "nobody"}`,
    `taken ${showMoney(captured)}, given back ${showMoney(refunded)}`,
    ...(approval?.kind === "redirect" ? [`The payer approves at ${approval.url}`] : []),
  ].join("\n");

/** `nexus payments order create|show|authorize|capture|cancel`. */
export const orderCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const order = payments.command("order").description("payments of one amount, which the app or you capture");

  asAct(
    order
      .command("create")
      .description("open an order of one amount")
      .requiredOption("--reference <id>", "your own id of what is paid for; one reference pays once")
      .requiredOption("--amount <amount>", "minor units and currency, for example 1050:USD")
      .option("--description <text>", "for the payer")
      .option("--manual", "the money is taken by `capture`, not by itself")
      .option("--return-url <url>", "the payer approves on the vendor's page and comes back here")
      .option("--provider <vendor>", "the only vendor that may have it"),
  ).action((options: CreateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.order.create.mutate(
        {
          reference: options.reference,
          amount: readMoney("amount", options.amount),
          ...(options.description === undefined ? {} : { description: options.description }),
          ...(options.manual ? { capture: "manual" as const } : {}),
          ...(options.returnUrl === undefined ? {} : { returnUrl: options.returnUrl }),
          ...(options.provider === undefined ? {} : { provider: options.provider }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      say(toldOf(answer, options, told));
    }, options.app),
  );

  order
    .command("show <order-id>")
    .description("ask its vendor how it stands")
    .option("--json", "one JSON object")
    .action((orderId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.order.get.query({ orderId });
        say(json ? JSON.stringify(view) : told(view));
      }),
    );

  asAct(
    order.command("authorize <order-id>").description("have the vendor set aside what the payer has approved"),
  ).action((orderId: string, options: ActOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.order.authorize.mutate({ orderId, ...tryFor(options) }, onceFor(options));
      say(toldOf(answer, options, told));
    }, options.app),
  );

  asAct(
    order
      .command("capture <order-id>")
      .description("take what the payer has approved")
      .option("--amount <amount>", "a part of it: minor units and currency; the rest is given up"),
  ).action((orderId: string, options: ActOptions & { readonly amount?: string }) =>
    withClient(async (nexus) => {
      const amount = options.amount === undefined ? {} : { amount: readMoney("amount", options.amount) };
      const answer = await nexus.payments.order.capture.mutate(
        { orderId, ...amount, ...tryFor(options) },
        onceFor(options),
      );
      say(toldOf(answer, options, told));
    }, options.app),
  );

  asAct(order.command("cancel <order-id>").description("give up what was not taken; it never becomes a refund")).action(
    (orderId: string, options: ActOptions) =>
      withClient(async (nexus) => {
        const answer = await nexus.payments.order.cancel.mutate({ orderId, ...tryFor(options) }, onceFor(options));
        say(toldOf(answer, options, told));
      }, options.app),
  );
};
