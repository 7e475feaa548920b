import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import { MailCap } from "../contracts/email/mail-cap.ts";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Domain = Awaited<ReturnType<NexusClient["email"]["domains"]["verify"]["mutate"]>>["domain"];

const json = ["--json", "one JSON object"] as const;

const recordsOf = ({ domain, records }: Domain): string =>
  [
    domain,
    table(
      ["RECORD", "TYPE", "NAME", "STATE", "HAS TO SAY"],
      records.map(({ purpose, type, name, state, value, expected }) => [purpose, type, name, state, value ?? expected]),
    ),
  ].join("\n");

/** `nexus email domains list|verify`: for which domains the organization sends, and their DNS records. */
export const domainCommands = (email: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const domains = email
    .command("domains")
    .description("domains that the organization may send for, and their DNS records");

  domains
    .command("list")
    .description("the domains, with the records that each needs")
    .option(...json)
    .action((options: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const listed = await nexus.email.domains.list.query({});
        if (options.json) return say(JSON.stringify(listed));
        say(listed.domains.map(recordsOf).join("\n\n") || "None. An operator adds one: nexus email-senders add");
      }),
    );

  domains
    .command("verify <domain>")
    .description("look up which of its records the DNS has")
    .option("--selector <name>", "the DKIM selector that the vendor gave the domain")
    .option(...json)
    .action((domain: string, options: { readonly selector?: string; readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const { selector } = options;
        const answer = await nexus.email.domains.verify.mutate({
          domain,
          ...(selector === undefined ? {} : { selector }),
        });
        if (options.json) return say(JSON.stringify(answer));
        say(recordsOf(answer.domain));
        say(answer.verified ? "All of them are there." : "Not all of them are there.");
      }),
    );
};

/** `otp:5:3600`: at most five codes an hour. */
const capOf = (text: string): MailCap => {
  const [category, most, seconds, ...rest] = text.split(":");
  const cap = MailCap.safeParse({ category, most: Number(most), seconds: Number(seconds) });
  if (cap.success && rest.length === 0) return cap.data;
  throw new CliError(
    `--cap takes a category (or any), how many and in how many seconds, for example otp:5:3600, not "${text}".`,
  );
};

interface Set {
  readonly cap?: readonly string[];
  readonly defaultCaps?: boolean;
  readonly contentDays?: string;
  readonly json?: boolean;
}

const told = ({ caps, contentDays }: Awaited<ReturnType<NexusClient["email"]["settings"]["get"]["query"]>>): string =>
  [
    ...caps.map(({ category, most, seconds }) => `one address: at most ${most} of ${category} in ${seconds} s`),
    contentDays === 0 ? "what mails said is not kept" : `what mails said is kept for ${contentDays} days`,
  ].join("\n");

/** `nexus email settings show|set`: how often one address is sent to, and how long what mails said is kept. */
export const mailSettingCommands = (email: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const settings = email.command("settings").description("what holds for all of the organization's mail");

  settings
    .command("show")
    .description("the caps, and for how long what mails said is kept")
    .option(...json)
    .action((options: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const found = await nexus.email.settings.get.query({});
        say(options.json ? JSON.stringify(found) : told(found));
      }),
    );

  settings
    .command("set")
    .description("change them; what is not named stays as it is")
    .option("--cap <category:most:seconds...>", "all caps, for example otp:5:3600 any:20:86400")
    .option("--default-caps", "the product's own caps again")
    .option("--content-days <n>", "for how many days what mails said is kept, 0 to 90")
    .option(...json)
    .action((options: Set) =>
      withClient(async (nexus) => {
        const { cap, defaultCaps, contentDays } = options;
        if (cap === undefined && !defaultCaps && contentDays === undefined)
          throw new CliError("Say what to change: --cap, --default-caps or --content-days.");
        const set = await nexus.email.settings.set.mutate({
          ...(cap === undefined ? {} : { caps: cap.map(capOf) }),
          ...(defaultCaps ? { caps: null } : {}),
          ...(contentDays === undefined ? {} : { contentDays: Number(contentDays) }),
        });
        say(options.json ? JSON.stringify(set) : told(set));
      }),
    );
};
