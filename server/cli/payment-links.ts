import type { NexusClient } from "@topolo/nexus-client";
import { Option, type Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { showMoney } from "./money.ts";
import { asAct, onceFor, toldOf, tryFor, type ActOptions } from "./payment-acts.ts";
import { linesOf, type LineOptions } from "./payment-lines.ts";
import type { Terminal } from "./terminal.ts";

type Create = Parameters<NexusClient["payments"]["link"]["create"]["mutate"]>[0];
type View = Awaited<ReturnType<NexusClient["payments"]["link"]["get"]["query"]>>;

interface CreateOptions extends ActOptions, LineOptions {
  readonly mode: Create["mode"];
  readonly payments?: string;
  readonly successUrl?: string;
  readonly provider?: string;
}

const told = ({ linkId, provider, active, total, completed, payments, url }: View): string =>
  [
    `${linkId} at ${provider}: ${active ? "open" : "closed"}, ${showMoney(total)} each, ${completed ?? "not counted how many"} of ${payments ?? "any number"} paid`,
    ...(url === null ? [] : [`Pay at ${url}`]),
  ].join("\n");

/** `nexus payments link create|show|deactivate`. */
export const linkCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const link = payments.command("link").description("pages that are given to many payers");

  asAct(
    link
      .command("create")
      .description("make a page on which many payers can pay the same")
      .option("--line <text...>", 'what is paid for, in minor units: "1050:USD Chairs"')
      .option("--price <id...>", "prices that the vendor keeps")
      .addOption(new Option("--mode <name>").choices(["payment", "subscription"]).default("payment"))
      .option("--payments <n>", "how many can pay on it; any number where absent")
      .option("--success-url <url>", "where payers go afterwards: an origin of the app's")
      .option("--provider <vendor>", "the only vendor that may have it"),
  ).action((options: CreateOptions) =>
    withClient(async (nexus) => {
      const answer = await nexus.payments.link.create.mutate(
        {
          mode: options.mode,
          lines: linesOf(options),
          ...(options.payments === undefined ? {} : { payments: Number(options.payments) }),
          ...(options.successUrl === undefined ? {} : { successUrl: options.successUrl }),
          ...(options.provider === undefined ? {} : { provider: options.provider }),
          ...tryFor(options),
        },
        onceFor(options),
      );
      say(toldOf(answer, options, told));
    }, options.app),
  );

  link
    .command("show <link-id>")
    .description("ask its vendor how it stands")
    .option("--json", "one JSON object")
    .action((linkId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.link.get.query({ linkId });
        say(json ? JSON.stringify(view) : told(view));
      }),
    );

  asAct(link.command("deactivate <link-id>").description("close it, so that nobody can pay on it any more")).action(
    (linkId: string, options: ActOptions) =>
      withClient(async (nexus) => {
        const answer = await nexus.payments.link.deactivate.mutate({ linkId, ...tryFor(options) }, onceFor(options));
        say(toldOf(answer, options, told));
      }, options.app),
  );
};
