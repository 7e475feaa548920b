import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Json {
  readonly json?: boolean;
}
interface Set extends Json {
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

const json = ["--json", "one JSON object"] as const;

/** `nexus email templates list|show|set|remove`: what mails say, by name. */
export const templateCommands = (email: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const templates = email.command("templates").description("what mails say, stored by name");

  templates
    .command("list")
    .description("the templates, each with its newest version")
    .option(...json)
    .action((options: Json) =>
      withClient(async (nexus) => {
        const listed = await nexus.email.templates.list.query({});
        if (options.json) return say(JSON.stringify(listed));
        if (listed.templates.length === 0) return say("None.");
        const rows = listed.templates.map(({ name, version, subject, variables, createdAt }) => [
          name,
          String(version),
          createdAt.slice(0, 10),
          subject,
          variables.join(", ") || "–",
        ]);
        say(table(["TEMPLATE", "VERSION", "SINCE", "SUBJECT", "VARIABLES"], rows));
      }),
    );

  templates
    .command("show <name>")
    .description("what a template says")
    .option("--version <n>", "another version than the newest")
    .option(...json)
    .action((name: string, options: Json & { readonly version?: string }) =>
      withClient(async (nexus) => {
        const { version } = options;
        const shown = await nexus.email.templates.get.query({
          name,
          ...(version === undefined ? {} : { version: Number(version) }),
        });
        if (options.json) return say(JSON.stringify(shown));
        say(`${shown.name}, version ${shown.version}, by ${shown.createdBy}`);
        say(`Subject: ${shown.subject}`);
        for (const words of [shown.text, shown.html]) if (words !== null) say(`\n${words}`);
      }),
    );

  templates
    .command("set <name>")
    .description("store a template, or its next version")
    .requiredOption("--subject <text>", "subject, in Liquid")
    .option("--text <file>", "a file with the text, in Liquid")
    .option("--html <file>", "a file with the HTML, in Liquid")
    .option(...json)
    .action((name: string, { subject, text, html, ...options }: Set) =>
      withClient(async (nexus) => {
        const stored = await nexus.email.templates.set.mutate({
          name,
          subject,
          ...(text === undefined ? {} : { text: await readFile(text, "utf8") }),
          ...(html === undefined ? {} : { html: await readFile(html, "utf8") }),
        });
        say(options.json ? JSON.stringify(stored) : `Stored as version ${stored.version}; mail says so from now on.`);
      }),
    );

  templates
    .command("remove <name>")
    .description("remove a template with all its versions; mail that waits has its words already")
    .option(...json)
    .action((name: string, options: Json) =>
      withClient(async (nexus) => {
        const removed = await nexus.email.templates.remove.mutate({ name });
        say(options.json ? JSON.stringify(removed) : `${name} is removed.`);
      }),
    );
};
