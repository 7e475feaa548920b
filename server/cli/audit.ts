import { Option, type Command } from "commander";
import { auditExportText, exportAuditEvents, listAuditEvents } from "../domain/audit/index.ts";
import { openAuditLog, type AuthAuditLog } from "../identity/index.ts";
import { ExportFormat } from "../platform/export-text.ts";
import { silentLogger } from "../platform/logger.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const logs = ["nexus", "auth"] as const;
type Log = (typeof logs)[number];

interface Asked {
  readonly org?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

const asking = (command: Command): Command =>
  command
    .option("--org <slug-or-id>", "only this organization; the whole platform when absent")
    .option("--actor <id>", "only changes of this person, key or token")
    .option("--action <name>", "only such changes, for example budget.set, or budget")
    .option("--target <id>", "only changes to this")
    .option("--from <moment>", "for example 2026-11-01T00:00:00Z")
    .option("--to <moment>", "exclusive");

const momentOf = (text: string | undefined, option: string): Date | undefined => {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new CliError(`${option} takes a moment, for example 2026-11-01T00:00:00Z.`);
  return at;
};

/** The filters as each of the logs takes them. */
const filtersOf = async (operator: Operator, { org, actor, action, target, from, to }: Asked) => {
  const organizationId = org === undefined ? undefined : await organizationOf(operator, org);
  const [begin, end] = [momentOf(from, "--from"), momentOf(to, "--to")];
  return {
    reader: { ...operatorAtConsole(), organizationId },
    nexus: {
      whose: organizationId === undefined ? ("platform" as const) : ("organization" as const),
      ...(actor === undefined ? {} : { actor }),
      ...(action === undefined ? {} : { action }),
      ...(target === undefined ? {} : { target }),
      ...(begin === undefined ? {} : { from: begin.toISOString() }),
      ...(end === undefined ? {} : { to: end.toISOString() }),
    },
    auth: { organizationId, actorId: actor, action, target, from: begin, to: end },
  };
};

/** Auth's log where it is ours to read; a remote Auth has operators of its own. */
const withAuthLog = async (
  { env, authUrl }: Operator,
  work: (log: AuthAuditLog | undefined) => Promise<void>,
): Promise<void> => {
  if (env.TOPOLO_AUTH_URL) return work(undefined);
  const log = await openAuditLog({ databaseUrl: authUrl, log: silentLogger });
  try {
    await work(log);
  } finally {
    await log.close();
  }
};

/** `nexus audit`: who changed what, in Nexus and in Topolo Auth. */
export const auditCommands = (program: Command, { withOperator, say, write }: Terminal): void => {
  const audit = program.command("audit").description("who changed what, in Nexus and in Topolo Auth");

  asking(audit.command("list", { isDefault: true }).description("the newest changes, newest first"))
    .addOption(new Option("--log <name>", "only this log").choices(logs))
    .option("--lines <count>", "how many", "50")
    .option("--json", "a line of JSON each")
    .action((options: Asked & { readonly log?: Log; readonly lines: string; readonly json?: boolean }) =>
      withOperator(async (operator) => {
        if (!/^([1-9]\d?|1\d\d|200)$/.test(options.lines))
          throw new CliError("--lines takes a whole number from 1 to 200.");
        const lines = Number(options.lines);
        const { reader, nexus, auth } = await filtersOf(operator, options);
        await withAuthLog(operator, async (authLog) => {
          const ours =
            options.log === "auth"
              ? []
              : (await listAuditEvents(operator.deps, reader, { ...nexus, limit: lines })).events;
          const auths = options.log === "nexus" ? [] : ((await authLog?.list(auth, lines)) ?? []);
          const events = [
            ...ours.map((event) => ({
              log: "nexus",
              at: event.createdAt,
              who: event.actor.name ?? event.actor.id,
              words: event.words,
              target: event.targetName ?? event.target,
              event,
            })),
            // Of those that Nexus has told Auth it has its own word.
            ...auths
              .filter(({ details }) => options.log === "auth" || details["toldBy"] === undefined)
              .map((event) => ({
                log: "auth",
                at: event.occurredAt,
                who: event.actorName ?? event.actorId ?? event.actorType,
                words: event.outcome === "success" ? event.words : `${event.words} (${event.outcome})`,
                target: event.targetName ?? event.target ?? "–",
                event,
              })),
          ]
            .toSorted((one, other) => (one.at < other.at ? 1 : -1))
            .slice(0, lines);
          if (options.json) for (const { log, event } of events) say(JSON.stringify({ log, ...event }));
          else if (events.length === 0) say("No such change.");
          else
            say(
              table(
                ["WHEN", "WHO", "WHAT", "TO"],
                events.map(({ at, who, words, target }) => [at.slice(0, 19).replace("T", " "), who, words, target]),
              ),
            );
          if (authLog === undefined && options.log !== "nexus" && !options.json)
            say(`\nWhat was changed in Topolo Auth its own operators see at ${operator.env.TOPOLO_AUTH_URL}.`);
        });
      }),
    );

  asking(audit.command("export").description("all changes of a log, oldest first; the last line tells how many"))
    .addOption(new Option("--log <name>", "which").choices(logs).default("nexus"))
    .addOption(new Option("--format <format>", "how").choices(ExportFormat.options).default("csv"))
    .action((options: Asked & { readonly log: Log; readonly format: ExportFormat }) =>
      withOperator(async (operator) => {
        const { reader, nexus, auth } = await filtersOf(operator, options);
        const { format } = options;
        if (options.log === "nexus") {
          const exported = exportAuditEvents(operator.deps, reader, { ...nexus, format });
          for await (const text of auditExportText(exported)) await write(text);
          return;
        }
        await withAuthLog(operator, async (authLog) => {
          if (authLog === undefined)
            throw new CliError(`Topolo Auth is a remote one: its log is at ${operator.env.TOPOLO_AUTH_URL}.`);
          for await (const text of authLog.text(auth, format)) await write(text);
        });
      }),
    );
};
