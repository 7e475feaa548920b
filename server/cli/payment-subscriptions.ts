import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import { showMoney } from "./money.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type View = Awaited<ReturnType<NexusClient["payments"]["subscription"]["get"]["query"]>>;

interface At {
  readonly provider: string;
  readonly json?: boolean;
}

interface UpdateOptions extends ActOptions {
  readonly provider: string;
  readonly price?: string;
  readonly quantity?: string;
  readonly goOn?: boolean;
  readonly returnUrl?: string;
}

const provider = ["--provider <vendor>", "the vendor that has it", "stripe"] as const;

type Item = View["items"][number];

/** What an item comes to each time, where the vendor says so. */
const priceOf = ({ priceId, price }: Item): string => {
  if (price === null) return priceId ?? "–";
  const { amount, interval, intervalCount } = price;
  const each = intervalCount === 1 ? interval : `${intervalCount} ${interval}s`;
  return `${showMoney(amount)} every ${each}`;
};

const rowOf = ({ providerObjectId, status, items, cancelAtPeriodEnd }: View): string[] => [
  providerObjectId,
  status,
  items.map((item) => `${item.quantity ?? 1} × ${priceOf(item)}`).join(", "),
  items[0]?.currentPeriodEnd?.slice(0, 10) ?? "–",
  cancelAtPeriodEnd ? "ends then" : "renews",
];

const told = (views: readonly View[]): string =>
  table(["SUBSCRIPTION", "STATUS", "ITEMS", "PERIOD UNTIL", "AND THEN"], views.map(rowOf));

/** `nexus payments subscription list|show|update|cancel`. */
export const subscriptionCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const subscription = payments.command("subscription").description("subscriptions as payment vendors have them");

  subscription
    .command("list <customer-id>")
    .description("those of a customer, newest first")
    .option(...provider)
    .option("--json", "one JSON object")
    .action((customer: string, options: At) =>
      withClient(async (nexus) => {
        const page = await nexus.payments.subscription.list.query({ provider: options.provider, customer });
        if (options.json) return say(JSON.stringify(page));
        say(page.subscriptions.length === 0 ? "None." : told(page.subscriptions));
      }),
    );

  subscription
    .command("show <subscription-id>")
    .description("read a subscription at its vendor")
    .option(...provider)
    .option("--json", "one JSON object")
    .action((subscriptionId: string, options: At) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.subscription.get.query({ provider: options.provider, subscriptionId });
        say(options.json ? JSON.stringify(view) : told([view]));
      }),
    );

  asAct(
    subscription
      .command("update <subscription-id>")
      .description("change its price or quantity, or let it go on that was to end")
      .option(...provider)
      .option("--price <id>", "the price that it has from now on")
      .option("--quantity <n>", "how many from now on")
      .option("--return-url <url>", "where a payer comes back to who has to approve it, as at PayPal")
      .option("--go-on", "take back that it ends with its period"),
  ).action((subscriptionId: string, options: UpdateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.subscription.update.mutate(
        {
          provider: options.provider,
          subscriptionId,
          ...(options.price === undefined ? {} : { price: options.price }),
          ...(options.quantity === undefined ? {} : { quantity: Number(options.quantity) }),
          ...(options.goOn ? { cancelAtPeriodEnd: false } : {}),
          ...(options.returnUrl === undefined ? {} : { returnUrl: options.returnUrl }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      const page = ({ approvalUrl }: View): string =>
        approvalUrl === null ? "" : `\nThe payer approves it at ${approvalUrl}`;
      say(toldOf(answer, options, (done) => told([done]) + page(done)));
    }, options.app),
  );

  asAct(
    subscription
      .command("cancel <subscription-id>")
      .description("end it")
      .option(...provider)
      .addOption(new Option("--at <when>", "when it ends").choices(["period_end", "now"]).default("period_end")),
  ).action((subscriptionId: string, options: ActOptions & At & { readonly at: "now" | "period_end" }) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.subscription.cancel.mutate(
        { provider: options.provider, subscriptionId, at: options.at, ...tryFor(options) },
        onceFor(options),
      );
      say(toldOf(answer, options, (done) => told([done])));
    }, options.app),
  );
};
