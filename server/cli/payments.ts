import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import { PaymentState } from "../domain/payments/index.ts";
import type { CallGateway } from "./call-gateway.ts";
import { showMoney } from "./money.ts";
import { checkoutCommands } from "./payment-checkouts.ts";
import { customerCommands } from "./payment-customers.ts";
import { linkCommands } from "./payment-links.ts";
import { orderCommands } from "./payment-orders.ts";
import { recordCommands } from "./payment-records.ts";
import { refundCommands } from "./payment-refunds.ts";
import { subscriptionCommands } from "./payment-subscriptions.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Payment = Awaited<ReturnType<NexusClient["payments"]["operations"]["list"]["query"]>>["payments"][number];

interface List {
  readonly kind?: string;
  readonly state?: PaymentState[];
  readonly app?: string;
  readonly reference?: string;
  readonly limit: string;
  readonly json?: boolean;
}

const heads = ["ID", "AT", "WHAT", "REFERENCE", "AMOUNT", "STATE", "ACTS NEXT", "APP", "VENDOR"];

const rowOf = (payment: Payment): string[] => [
  payment.paymentId ?? payment.operationId,
  payment.createdAt.slice(0, 16).replace("T", " "),
  payment.operation.replace("payments.", ""),
  payment.reference ?? payment.of?.reference ?? "–",
  showMoney(payment.amount),
  payment.state,
  payment.next ?? "–",
  payment.appId ?? "–",
  payment.provider,
];

const given = <T extends object>(filter: T): Partial<T> =>
  // Nothing but names without a value is taken away.
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Partial<T>;

/** `nexus payments …`: payments of the person who is signed in, or of the API key in NEXUS_API_KEY. */
export const paymentCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const payments = program
    .command("payments")
    .description("ask for money through the running gateway, give it back, and see what became of it");

  payments
    .command("list")
    .description("payments, refunds and changes, newest first, as they stood when their vendor was last asked")
    .option("--kind <name>", "checkout, order, refund, subscription, customer or portal")
    .addOption(new Option("--state <names...>", "only in these states").choices(PaymentState.options))
    .option("--app <id>", "only this app's")
    .option("--reference <id>", "only those of your own id of what is paid for")
    .option("--limit <n>", "at most so many, up to 100", "20")
    .option("--json", "one JSON object")
    .action(({ kind, state, app, reference, limit, json }: List) =>
      withClient(async (nexus) => {
        const filter = given({ kind, state, appId: app, reference });
        const page = await nexus.payments.operations.list.query({ ...filter, limit: Number(limit) });
        if (json) return say(JSON.stringify(page));
        say(page.payments.length === 0 ? "None." : table(heads, page.payments.map(rowOf), ["AMOUNT"]));
      }),
    );

  payments
    .command("show <id>")
    .description("one of them, by the id that the list shows, with what was asked for of it since")
    .option("--json", "one JSON object")
    .action((id: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const operationId = id.slice(id.indexOf("_") + 1);
        const found = await nexus.payments.operations.get.query({ operationId });
        if (json) return say(JSON.stringify(found));
        const { payment, changes } = found;
        say(table(heads, [payment, ...changes].map(rowOf), ["AMOUNT"]));
        if (payment.captured !== null)
          say(`taken ${showMoney(payment.captured)}, given back ${showMoney(payment.refunded)}`);
        if (payment.providerStatus !== null)
          say(`${payment.provider} said “${payment.providerStatus}” at ${payment.seenAt ?? "–"}`);
      }),
    );

  checkoutCommands(payments, say, withClient);
  orderCommands(payments, say, withClient);
  refundCommands(payments, say, withClient);
  customerCommands(payments, say, withClient);
  subscriptionCommands(payments, say, withClient);
  linkCommands(payments, say, withClient);
  recordCommands(payments, say, withClient);
};
