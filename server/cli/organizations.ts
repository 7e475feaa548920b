import type { Command } from "commander";
import type { IdentityService } from "../identity/index.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";
import { withOperatorIdentity } from "./with-operator-identity.ts";

type Admissions = IdentityService["admissions"];
type Row = Awaited<ReturnType<Admissions["list"]>>[number];

const withAdmissions = (operator: Operator, work: (admissions: Admissions) => Promise<void>): Promise<void> =>
  withOperatorIdentity(operator, ({ admissions }) => work(admissions));

const limitOf = ({ admitted_at: admittedAt, admission_limit_nanos: limit }: Row): string => {
  if (admittedAt === null) return "not admitted";
  return limit === null ? "no limit" : `${formatUsd(limit)} USD a month`;
};

interface Admit {
  readonly budget?: string;
  readonly unlimited?: boolean;
}

/** `nexus organizations list|admit|withdraw`: which organizations may use the platform's vendor credentials. */
export const organizationCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const organizations = program.command("organizations").description("which organizations the platform pays for");
  const by = (): string => operatorAtConsole().actor.name;

  organizations
    .command("list")
    .description("organizations, with what the platform pays for each")
    .option("--waiting", "those alone that nobody has admitted")
    .action(({ waiting }: { readonly waiting?: boolean }) =>
      withOperator((operator) =>
        withAdmissions(operator, async (admissions) => {
          const rows = (await admissions.list()).filter((row) => !waiting || row.admitted_at === null);
          say(
            rows.length === 0
              ? "None."
              : table(
                  ["ORGANIZATION", "ID", "STATUS", "PLATFORM PAYS"],
                  rows.map((row) => [row.slug, row.id, row.status, limitOf(row)]),
                ),
          );
        }),
      ),
    );

  organizations
    .command("admit <slug-or-id>")
    .description("let an organization use the platform's vendor credentials; again: change its budget")
    .option("--budget <usd>", "its hard budget a month; that of AUTH_SELF_SERVICE_BUDGET unless given")
    .option("--unlimited", "without a budget of the platform's")
    .action((organization: string, { budget, unlimited }: Admit) =>
      withOperator((operator) =>
        withAdmissions(operator, async (admissions) => {
          if (budget !== undefined && unlimited) throw new CliError("Either --budget or --unlimited.");
          const limit = unlimited ? { limitNanos: null } : budget === undefined ? {} : { limitNanos: parseUsd(budget) };
          const row = await admissions.admit({ organization, by: by(), ...limit });
          say(`${row.slug} is admitted: ${limitOf(row)}.`);
        }),
      ),
    );

  organizations
    .command("withdraw <slug-or-id>")
    .description("from now on the organization uses its own vendor keys alone")
    .action((organization: string) =>
      withOperator((operator) =>
        withAdmissions(operator, async (admissions) => {
          const row = await admissions.withdraw({ organization, by: by() });
          say(`${row.slug} is no longer admitted: it uses its own vendor keys.`);
        }),
      ),
    );
};
