import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { readMoney, showMoney } from "./money.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import type { Terminal } from "./terminal.ts";

type Create = Parameters<NexusClient["payments"]["refund"]["create"]["mutate"]>[0];

interface CreateOptions extends ActOptions {
  readonly amount?: string;
  readonly reason?: NonNullable<Create["reason"]>;
}

/** `nexus payments refund create|show`. */
export const refundCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const refund = payments.command("refund").description("give back what was taken, or a part of it");

  asAct(
    refund
      .command("create <payment-id>")
      .description("give back what was taken of an order (ord_…) or a checkout (chk_…)")
      .option("--amount <amount>", "minor units and currency, for example 500:USD; all that is left where absent")
      .addOption(new Option("--reason <name>", "why").choices(["requested_by_customer", "duplicate", "fraudulent"])),
  ).action((paymentId: string, options: CreateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.refund.create.mutate(
        {
          ...(paymentId.startsWith("chk_") ? { checkoutId: paymentId } : { orderId: paymentId }),
          ...(options.amount === undefined ? {} : { amount: readMoney("amount", options.amount) }),
          ...(options.reason === undefined ? {} : { reason: options.reason }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      say(
        toldOf(
          answer,
          options,
          ({ refundId, status, amount, remaining }) =>
            `${refundId}: ${showMoney(amount)} ${status}; ${remaining === null ? "ask the payment what is left" : `${showMoney(remaining)} are left`}.`,
        ),
      );
    }, options.app),
  );

  refund
    .command("show <refund-id>")
    .description("ask its vendor how it stands")
    .option("--json", "one JSON object")
    .action((refundId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.refund.get.query({ refundId });
        say(
          json
            ? JSON.stringify(view)
            : `${view.refundId} at ${view.provider}: ${view.status} (“${view.providerStatus}”), ${showMoney(view.amount)}`,
        );
      }),
    );
};
