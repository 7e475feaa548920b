import type { Command } from "commander";
import {
  createServiceToken,
  listServiceTokens,
  revokeServiceToken,
  rotateServiceToken,
  type ServiceTokenView,
} from "../domain/service-tokens/index.ts";
import { readKnownPermissions } from "../identity/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import type { Terminal } from "./terminal.ts";
import { table } from "./table.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Create {
  readonly org: readonly string[];
  readonly app: readonly string[];
  readonly permission: readonly string[];
  readonly label: string;
  readonly days?: string;
  readonly json?: boolean;
}

const expiryOf = (days: string | undefined, now: number): string | null => {
  if (days === undefined) return null;
  if (!/^[1-9]\d{0,3}$/.test(days)) throw new CliError(`--days takes a whole number from 1 to 9999, not "${days}".`);
  return new Date(now + Number(days) * dayMs).toISOString();
};

const isAll = (values: readonly string[]): boolean => values.length === 1 && values[0] === "all";

const stateOf = ({ revokedAt, expiresAt }: ServiceTokenView, now: number): string => {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "expired" : "live";
};

const named = (values: "all" | readonly string[]): string => (values === "all" ? "all" : values.join(","));

/** `nexus token create|list|rotate|revoke`: credentials of backend services. */
export const serviceTokenCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const token = program.command("token").description("credentials of backend services (X-Nexus-Service-Token)");

  token
    .command("create")
    .description("make a token and show it, once")
    .requiredOption("--org <slugs-or-ids...>", "organizations it may act for, or all")
    .option("--app <ids...>", "apps it may act as (srv_…), or all", ["all"])
    .requiredOption("--permission <names...>", "what it may do, for example srv_nexus.ai:invoke")
    .requiredOption("--label <text>", "display name")
    .option("--days <n>", "days until it expires; never when absent")
    .option("--json", "one JSON object")
    .action((options: Create) =>
      withOperator(async (operator) => {
        const organizations = isAll(options.org)
          ? ("all" as const)
          : await Promise.all(options.org.map((given) => organizationOf(operator, given)));
        const apps = isAll(options.app) ? ("all" as const) : [...options.app];
        const permissions = [...options.permission];
        const knownPermissions = await readKnownPermissions();
        const deps = { ...operator.deps, knownPermissions };
        const made = await createServiceToken(deps, operatorAtConsole(), {
          label: options.label,
          organizations,
          apps,
          permissions,
          expiresAt: expiryOf(options.days, operator.deps.clock.now()),
        });
        if (options.json) return say(JSON.stringify({ id: made.serviceToken.id, token: made.token }));
        say(made.token);
        say(
          `\n${made.serviceToken.id} “${made.serviceToken.label}”. It is shown this once: send it as X-Nexus-Service-Token, with X-Nexus-Organization-Id.`,
        );
      }),
    );

  token
    .command("list")
    .description("the tokens of all organizations and of the operators")
    .option("--json", "one JSON array")
    .action((options: { readonly json?: boolean }) =>
      withOperator(async ({ deps }) => {
        const { serviceTokens } = await listServiceTokens(deps, operatorAtConsole(), {});
        const tokens = serviceTokens.toReversed();
        if (options.json) return say(JSON.stringify(tokens));
        if (tokens.length === 0) return say("No service token yet: npm run nexus -- token create --help");
        const now = deps.clock.now();
        say(
          table(
            ["ID", "STATE", "LABEL", "ORGANIZATIONS", "APPS", "PERMISSIONS", "LAST USED"],
            tokens.map((each) => [
              each.id,
              stateOf(each, now),
              each.label,
              named(each.organizations),
              named(each.apps),
              each.permissions.join(","),
              each.lastUsedAt ?? "never",
            ]),
          ),
        );
      }),
    );

  token
    .command("rotate <id>")
    .description("give a token a successor and show it, once; the old one works a while longer")
    .option("--overlap-hours <n>", "how long the old one stays valid, at most 720", "24")
    .option("--json", "one JSON object")
    .action((id: string, { overlapHours, json }: { readonly overlapHours: string; readonly json?: boolean }) =>
      withOperator(async ({ deps }) => {
        if (!/^\d{1,3}$/.test(overlapHours)) {
          throw new CliError(`--overlap-hours takes a whole number from 0 to 720, not "${overlapHours}".`);
        }
        const input = { id, overlapMs: Number(overlapHours) * hourMs };
        const { serviceToken, token: raw } = await rotateServiceToken(deps, operatorAtConsole(), input);
        if (json) return say(JSON.stringify({ id, token: raw }));
        say(raw);
        const until = serviceToken.previousValidUntil;
        say(
          `\n${id} “${serviceToken.label}”. The token before it ${until === null ? "has ended" : `works until ${until}`}.`,
        );
      }),
    );

  token
    .command("revoke <id>")
    .description("end a token for good")
    .action((id: string) =>
      withOperator(async ({ deps }) => {
        const revoked = await revokeServiceToken(deps, operatorAtConsole(), { id });
        say(`${revoked.id} “${revoked.label}” is revoked. Every process has forgotten it within seconds.`);
      }),
    );
};
