import { Argument, type Command } from "commander";
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
type UnregisteredApps = Awaited<ReturnType<IdentityService["unregisteredApps"]["read"]>>;

const withAdmissions = (operator: Operator, work: (admissions: Admissions) => Promise<void>): Promise<void> =>
  withOperatorIdentity(operator, ({ admissions }) => work(admissions));

const limitOf = ({ admitted_at: admittedAt, admission_limit_nanos: limit }: Row): string => {
  if (admittedAt === null) return "not admitted";
  return limit === null ? "no limit" : `${formatUsd(limit)} USD a month`;
};

const letInOf = ({ policy, hosts }: UnregisteredApps): string =>
  ({ refused: "none", listed: `those at ${hosts.join(", ")}`, allowed: "any" })[policy];

interface Admit {
  readonly budget?: string;
  readonly unlimited?: boolean;
}

type Policy = UnregisteredApps["policy"];

interface Hosts {
  readonly host?: readonly string[];
}

/**
 * `nexus organizations list|admit|withdraw`: which organizations may use the platform's vendor credentials;
 * `nexus organizations unregistered-apps`: which apps without a registration may act for an organization's people.
 */
export const organizationCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const organizations = program
    .command("organizations")
    .description("which organizations the platform pays for, and whom they let in");
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

  organizations
    .command("unregistered-apps <slug-or-id>")
    .description("which apps without a registration may act for the organization's people; with a policy: change it")
    .addArgument(
      new Argument("[policy]", "none of them, those at the hosts, or any").choices(["refused", "listed", "allowed"]),
    )
    .option("--host <host...>", "hosts of the apps' documents, such as app.example.com; with the policy listed")
    .action((organization: string, policy: Policy | undefined, { host: hosts }: Hosts) =>
      withOperator((operator) =>
        withOperatorIdentity(operator, async ({ unregisteredApps }) => {
          if (policy === undefined && hosts)
            throw new CliError("Hosts come with a policy: listed --host app.example.com");
          const apps =
            policy === undefined
              ? await unregisteredApps.read(organization)
              : await unregisteredApps.change({ organization, policy, hosts: hosts ?? [], by: by() });
          say(`Apps without a registration that may act for people of ${organization}: ${letInOf(apps)}.`);
          if (operator.env.AUTH_CLIENT_DOCUMENTS === "off")
            say("AUTH_CLIENT_DOCUMENTS is off: this installation lets none in.");
        }),
      ),
    );
};
