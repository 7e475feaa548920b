import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import { domainCommands, mailSettingCommands } from "./email-organization.ts";
import { suppressionCommands } from "./email-suppressions.ts";
import { templateCommands } from "./email-templates.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Send {
  readonly from: string;
  readonly to: string[];
  readonly cc?: string[];
  readonly bcc?: string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attach?: string[];
  readonly category?: string;
  readonly provider?: string;
  readonly sendAt?: string;
  readonly queued?: boolean;
  readonly key?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type SendInput = Parameters<NexusClient["email"]["send"]["mutate"]>[0];
type Category = NonNullable<SendInput["category"]>;

const attachmentOf = async (path: string): Promise<{ filename: string; content: string }> => ({
  filename: basename(path),
  content: (await readFile(path)).toString("base64"),
});

/** The gateway judges what it is; here it is only passed on. */
const asCategory = (text: string): Category => text as Category;

const inputOf = async (options: Send): Promise<SendInput> => ({
  from: options.from,
  to: options.to,
  ...(options.cc === undefined ? {} : { cc: options.cc }),
  ...(options.bcc === undefined ? {} : { bcc: options.bcc }),
  ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
  subject: options.subject,
  ...(options.text === undefined ? {} : { text: await readFile(options.text, "utf8") }),
  ...(options.html === undefined ? {} : { html: await readFile(options.html, "utf8") }),
  ...(options.attach === undefined ? {} : { attachments: await Promise.all(options.attach.map(attachmentOf)) }),
  ...(options.category === undefined ? {} : { category: asCategory(options.category) }),
  ...(options.provider === undefined ? {} : { provider: options.provider }),
  ...(options.sendAt === undefined ? {} : { sendAt: options.sendAt }),
  ...(options.queued ? { accept: "queued" as const } : {}),
  ...(options.dryRun ? { dryRun: true } : {}),
});

type Sent = Awaited<ReturnType<NexusClient["email"]["send"]["mutate"]>>;

const told = (sent: Sent): string => {
  switch (sent.status) {
    case "sent":
      return [
        `Sent by ${sent.nexus.vendor}: ${sent.emailId}${sent.replayed ? ", as the same key was answered before" : ""}`,
        ...sent.recipients.map(
          ({ address, status, reason }) => `  ${address}  ${[status, reason].filter(Boolean).join(" ")}`,
        ),
      ].join("\n");
    case "queued":
      return `Waits until ${sent.dueAt}: ${sent.emailId}. It is not sent any more after ${sent.expiresAt}.`;
    case "rendered":
      return [
        `Would be sent by ${sent.provider} (${sent.credentialTier}); costs at most ${sent.boundNanoUsd} nano-USD. Nothing was sent.`,
        "",
        sent.request.target,
        ...Object.entries(sent.request.headers).map(([name, value]) => `${name}: ${value}`),
        "",
        sent.request.body,
      ].join("\n");
  }
};

/** `nexus email send|cancel|show|list|suppressions|domains|settings`: mail of the person who is signed in, or of the API key in NEXUS_API_KEY. */
export const emailCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const email = program
    .command("email")
    .description("send mail through the running gateway, and see what became of it");

  email
    .command("send")
    .description("send a mail, now or later; or show what it would be")
    .requiredOption("--from <address>", "sender")
    .requiredOption("--to <address...>", "recipients")
    .option("--cc <address...>", "further recipients")
    .option("--bcc <address...>", "recipients whom the others do not see")
    .option("--reply-to <address>", "where answers go")
    .requiredOption("--subject <text>", "subject")
    .option("--text <file>", "a file with the text")
    .option("--html <file>", "a file with the HTML")
    .option("--attach <file...>", "files to attach")
    .option("--category <name>", "such as otp, receipt or notification")
    .option("--provider <vendor>", "the only vendor that may send it")
    .option("--send-at <time>", "not before; with its zone, such as 2026-12-01T09:00:00Z")
    .option("--queued", "return as soon as it is durable; it is sent from the queue")
    .option("--key <key>", "idempotency key; the same one sends nothing twice")
    .option("--dry-run", "show the exact request and the most it can cost; nothing is sent")
    .option("--json", "one JSON object")
    .action((options: Send) =>
      withClient(async (nexus) => {
        if (options.text === undefined && options.html === undefined)
          throw new CliError("Say what it says: --text <file>, --html <file> or both.");
        const once = options.key === undefined ? {} : withIdempotencyKey(options.key);
        const sent = await nexus.email.send.mutate(await inputOf(options), once);
        say(options.json ? JSON.stringify(sent) : told(sent));
      }),
    );

  email
    .command("cancel <email-id>")
    .description("cancel a mail that waits")
    .action((emailId: string) =>
      withClient(async (nexus) => {
        await nexus.email.cancel.mutate({ emailId });
        say("Canceled; what was set aside for it is given back.");
      }),
    );

  email
    .command("show <email-id>")
    .description("how far a mail has got to each recipient")
    .option("--json", "one JSON object")
    .action((emailId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const shown = await nexus.email.get.query({ emailId });
        if (json) return say(JSON.stringify(shown));
        const { email: mail } = shown;
        say(
          `${mail.subject ?? "(subject not kept)"}, from ${mail.from.address}, ${mail.createdAt}, by ${mail.provider ?? "–"}`,
        );
        say(
          table(
            ["RECIPIENT", "STATE", "WHY"],
            mail.recipients.map((one) => [one.address, one.state, one.reason ?? "–"]),
          ),
        );
      }),
    );

  email
    .command("list")
    .description("mails, newest first")
    .option("--recipient <address>", "only those to an address")
    .option("--limit <n>", "at most so many, up to 100", "20")
    .option("--json", "one JSON object")
    .action(
      ({ recipient, limit, json }: { readonly recipient?: string; readonly limit: string; readonly json?: boolean }) =>
        withClient(async (nexus) => {
          const page = await nexus.email.list.query({
            limit: Number(limit),
            ...(recipient === undefined ? {} : { recipient }),
          });
          if (json) return say(JSON.stringify(page));
          if (page.emails.length === 0) return say("None.");
          const cells = page.emails.map(({ emailId, createdAt, subject, recipients }) => [
            emailId,
            createdAt.slice(0, 16).replace("T", " "),
            recipients.map(({ address, state }) => `${address} ${state}`).join(", "),
            subject ?? "–",
          ]);
          say(table(["MAIL", "AT", "RECIPIENTS", "SUBJECT"], cells));
        }),
    );

  suppressionCommands(email, say, withClient);
  templateCommands(email, say, withClient);
  domainCommands(email, say, withClient);
  mailSettingCommands(email, say, withClient);
};
