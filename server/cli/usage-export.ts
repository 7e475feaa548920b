import { basename, resolve } from "node:path";
import { Option, type Command } from "commander";
import {
  endOf,
  entryBytes,
  entryColumns,
  EntryFormat,
  exportEntries,
  exportUsage,
  typeNames,
  usageExportText,
} from "../domain/usage/index.ts";
import { ExportFormat } from "../platform/export-text.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd } from "./usd.ts";
import { usageFilterOptions, usageFiltersOf, type UsageFilterOptions } from "./usage-filter-options.ts";
import { writeWholeFile } from "./write-whole-file.ts";

interface Asked extends UsageFilterOptions {
  readonly org?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timeZone: string;
  readonly since?: string;
  readonly until?: string;
  readonly format?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Nobody else waits for this process. */
const rowsAtOnce = 20_000;

const formats = [...new Set([...EntryFormat.options, ...ExportFormat.options])];

const formatOf = <Format extends string>(
  asked: string | undefined,
  known: readonly Format[],
  otherwise: Format,
  what: string,
): Format => {
  if (asked === undefined) return otherwise;
  const found = known.find((format) => format === asked);
  if (found === undefined) throw new CliError(`${what} is written as ${known.join(", ")}, not as ${asked}.`);
  return found;
};

const exportOperations = async (operator: Operator, asked: Asked, { write, say, signal }: Terminal): Promise<void> => {
  const { org, from, to, timeZone, out } = asked;
  if (org === undefined || from === undefined || to === undefined)
    throw new CliError(
      "Give --since (and --until) for entries as they were booked, or --org, --from and --to for operations of a period.",
    );
  const named = asked.format === "jsonl" ? "ndjson" : asked.format;
  const format = formatOf(named, ExportFormat.options, "csv", "An export by --from and --to");
  const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
  const exported = await exportUsage(operator.deps, ctx, { from, to, timeZone, format, ...usageFiltersOf(asked) });
  if (out === undefined) for await (const text of usageExportText(exported)) await write(text);
  else say(`${out}: ${(await writeWholeFile(resolve(out), usageExportText(exported), signal)).bytes} bytes`);
};

const exportSince = async (
  operator: Operator,
  since: string,
  asked: Asked,
  { write, say, signal }: Terminal,
): Promise<void> => {
  const { org, until, out } = asked;
  if (asked.from !== undefined || asked.to !== undefined)
    throw new CliError("--since goes with --until; --from and --to are for operations of a period.");
  const format = formatOf(asked.format, EntryFormat.options, "csv", "An export by --since");
  if (out === undefined && format === "parquet") throw new CliError("A Parquet file is written to --out <file>.");
  if (out === undefined && asked.json) throw new CliError("--json says what was written to --out <file>.");
  const reader =
    org === undefined
      ? operatorAtConsole()
      : { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
  const exported = await exportEntries(operator.deps, reader, {
    since,
    ...(until === undefined ? {} : { until }),
    format,
    ...usageFiltersOf(asked),
  });
  if (out === undefined) {
    for await (const piece of entryBytes(exported, { rowsAtOnce })) await write(String(piece));
    return;
  }
  const file = resolve(out);
  const written = await writeWholeFile(file, entryBytes(exported, { rowsAtOnce, endless: true }), signal);
  const manifest = {
    file: basename(file),
    format,
    organization: exported.organizationId,
    since,
    until: until ?? null,
    ...endOf(exported),
    ...written,
    columns: Object.fromEntries(Object.entries(entryColumns).map(([name, { type }]) => [name, typeNames[type]])),
  };
  // Last: where it is, the file is whole.
  await writePrivateFile(`${file}.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  if (asked.json) return say(JSON.stringify(manifest));
  say(
    `${out}: ${manifest.rows} entries, ${formatUsd(BigInt(manifest.costNanos))} USD, ${written.bytes} bytes. The next export: --since ${manifest.next}`,
  );
};

/** `nexus usage export`: operations of a period, or entries in the order in which they were booked. */
export const usageExportCommand = (usage: Command, terminal: Terminal): void => {
  usageFilterOptions(
    usage
      .command("export")
      .description("operations of a period (--from, --to), or entries in the order in which they were booked (--since)")
      .option("--org <slug-or-id>", "organization; with --since all when absent")
      .option("--from <day-or-moment>", "for example 2026-11-01")
      .option("--to <day-or-moment>", "exclusive")
      .option("--time-zone <name>", "of the days of --from and --to", "UTC")
      .option(
        "--since <day-moment-or-position>",
        "what was booked from then on, or after the position where an export ended",
      )
      .option("--until <day-moment-or-position>", "exclusive; up to now when absent")
      .addOption(
        new Option(
          "--format <format>",
          "how: parquet only with --since, json and ndjson only without (default: csv)",
        ).choices(formats),
      )
      .option("--out <file>", "written whole or not at all; with --since beside it a manifest of counts and sums")
      .option("--json", "with --since and --out: the manifest as one JSON object"),
  ).action((asked: Asked) =>
    terminal.withOperator((operator) =>
      asked.since === undefined
        ? exportOperations(operator, asked, terminal)
        : exportSince(operator, asked.since, asked, terminal),
    ),
  );
};
