import type { Command } from "commander";
import { alike } from "../domain/existence/index.ts";
import { openAppRegistry, type AppAdded, type AppRegistry } from "../identity/index.ts";
import { systemClock } from "../platform/clock.ts";
import { displayName } from "../platform/display-name.ts";
import { silentLogger } from "../platform/logger.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Add {
  readonly name?: string;
  readonly dev?: string;
  readonly callback: string;
  readonly org: readonly string[];
  readonly resource: readonly string[];
  readonly json?: boolean;
}

const hourMs = 3_600_000;

const withRegistry = async (operator: Operator, work: (registry: AppRegistry) => Promise<void>): Promise<void> => {
  if (operator.env.TOPOLO_AUTH_URL)
    throw new CliError(
      `Topolo Auth is a remote one: its own operators register apps, where it runs (${operator.env.TOPOLO_AUTH_URL}).`,
    );
  const registry = await openAppRegistry({ databaseUrl: operator.authUrl, clock: systemClock, log: silentLogger });
  try {
    await work(registry);
  } finally {
    await registry.close();
  }
};

/** `myapp`, or `srv_myapp` for a service that is there. */
const slugOf = (given: string): string => {
  const slug = given.replace(/^srv_/, "").replaceAll("_", "-");
  if (!/^[a-z][a-z0-9-]{1,50}$/.test(slug))
    throw new CliError(
      `An app's short name has lower-case letters, digits and hyphens, for example myapp, not "${given}".`,
    );
  return slug;
};

const nameOf = (given: string | undefined): string | undefined => {
  const name = displayName().min(1).optional().safeParse(given);
  if (!name.success) throw new CliError(`--name takes ${name.error.issues[0]?.message ?? "a name"}.`);
  return name.data;
};

const devOf = (dev: string | undefined, callback: string) => {
  if (dev === undefined) return undefined;
  const url = URL.parse(dev);
  // Browsers and clients compare the address as text, and secure cookies know localhost by its name alone.
  if (url?.protocol !== "http:" || url.hostname !== "localhost" || url.origin !== dev.replace(/\/$/, ""))
    throw new CliError(`--dev takes an origin on localhost, for example http://localhost:5173, not "${dev}".`);
  const redirectUri = URL.canParse(callback, url.origin) ? new URL(callback, url.origin).href : "";
  if (!callback.startsWith("/") || callback.startsWith("//") || redirectUri !== url.origin + callback)
    throw new CliError(`--callback takes a path, for example /auth/callback, not "${callback}".`);
  return { origin: url.origin, redirectUri };
};

/** `board=Board`, or `board` alone. */
const resourceTypeOf = (given: string): { readonly type: string; readonly label: string } => {
  const [type = "", label = type] = given.split("=", 2);
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(type) || !displayName().min(1).safeParse(label).success)
    throw new CliError(`--resource takes a type and what people call it, for example board=Board, not "${given}".`);
  return { type, label };
};

const envLines = ({ addresses }: Operator, added: AppAdded, redirectUri: string | undefined): string[] => [
  `TOPOLO_AUTH_URL=${addresses.auth}`,
  `NEXUS_URL=${addresses.gatewayPublic ?? addresses.gateway}`,
  `TOPOLO_SERVICE_ID=${added.serviceId}`,
  `TOPOLO_CLIENT_ID=${added.clientId}`,
  ...(added.clientSecret === undefined ? [] : [`TOPOLO_CLIENT_SECRET=${added.clientSecret}`]),
  ...(redirectUri === undefined ? [] : [`TOPOLO_REDIRECT_URI=${redirectUri}`]),
];

const requireAdded = (
  outcome: Awaited<ReturnType<AppRegistry["add"]>>,
  slug: string,
  dev: string | undefined,
): AppAdded => {
  if (outcome === "origin_taken")
    throw new CliError(`${dev ?? "The origin"} belongs to another service: npm run nexus -- app list shows which.`);
  if (outcome === "slug_taken") throw new CliError(`Another service is called ${slug}; choose another name.`);
  if (outcome === "client_taken")
    throw new CliError(`The client ${slug}-local belongs to something else; choose another name.`);
  return outcome;
};

const rotate = async (registry: AppRegistry, given: string, hours: string): Promise<string> => {
  if (!/^\d{1,3}$/.test(hours))
    throw new CliError(`--overlap-hours takes a whole number from 0 to 999, not "${hours}".`);
  const apps = await registry.list();
  const clients = apps.flatMap((app) => app.clients).filter(({ type }) => type === "confidential");
  const known = clients.some(({ clientId }) => clientId === given);
  const secret = known ? await registry.rotateSecret(given, Number(hours) * hourMs) : undefined;
  if (secret !== undefined) return secret;
  const [nearest] = alike(
    given,
    clients.map(({ clientId }) => clientId),
  ).sort((a, b) => b.score - a.score);
  throw new CliError(
    `There is no client "${given}" with a secret${nearest === undefined ? ": npm run nexus -- app list" : `; did you mean "${nearest.name}"?`}`,
  );
};

/** `nexus service secret`: the credential with which a registered service calls Auth and other services. */
const serviceCommands = (program: Command, { withOperator, say }: Terminal): void => {
  program
    .command("service")
    .description("registered services and their own credentials")
    .command("secret <service>")
    .description(
      "make a secret of a service, for example srv_developers, and show it, once; an earlier one stays valid",
    )
    .option("--overlap-hours <n>", "how long an earlier one stays valid", "1")
    .option("--json", "one JSON object")
    .action((given: string, options: { readonly overlapHours: string; readonly json?: boolean }) =>
      withOperator((operator) =>
        withRegistry(operator, async (registry) => {
          const clientSecret = await rotate(registry, given, options.overlapHours);
          if (options.json) return say(JSON.stringify({ clientId: given, clientSecret }));
          say(`TOPOLO_AUTH_URL=${operator.addresses.auth}`);
          say(`TOPOLO_CLIENT_ID=${given}`);
          say(`TOPOLO_CLIENT_SECRET=${clientSecret}`);
          say("\nIt is shown this once. The service shows it to Auth as Authorization: Basic.");
        }),
      ),
    );
};

/** `nexus app add|list|rotate-secret`: the service registry of our own Topolo Auth. */
export const appCommands = (program: Command, terminal: Terminal): void => {
  const { withOperator, say } = terminal;
  serviceCommands(program, terminal);
  const app = program.command("app").description("registered apps, their clients and local addresses");

  app
    .command("add <name>")
    .description(
      "register an app, or give a registered one a local address; prints client, secret (once) and .env lines",
    )
    .option("--name <text>", "display name")
    .option("--dev <origin>", "where it runs while you develop it, for example http://localhost:5173")
    .option("--callback <path>", "where the browser returns after sign-in", "/auth/callback")
    .option("--org <slugs-or-ids...>", "organizations that may use it", ["topolo"])
    .option(
      "--resource <types...>",
      "kinds of its resources that API keys can be bound to, for example board=Board",
      [],
    )
    .option("--json", "one JSON object")
    .action((given: string, options: Add) =>
      withOperator((operator) =>
        withRegistry(operator, async (registry) => {
          const slug = slugOf(given);
          if (options.dev !== undefined && operator.env.NODE_ENV === "production")
            throw new CliError("An app on localhost belongs to an installation for development, not to production.");
          const dev = devOf(options.dev, options.callback);
          const resourceTypes = options.resource.map(resourceTypeOf);
          const organizationIds = await Promise.all(options.org.map((each) => organizationOf(operator, each)));
          const added = requireAdded(
            await registry.add({ slug, name: nameOf(options.name), dev, resourceTypes, organizationIds }),
            slug,
            dev?.origin,
          );
          if (options.json) return say(JSON.stringify({ ...added, redirectUri: dev?.redirectUri }));
          say(
            `${added.serviceId} is ${added.registered ? "registered" : "registered already"}; its client is ${added.clientId}.`,
          );
          say(
            added.clientSecret === undefined
              ? `It has a secret: npm run nexus -- app rotate-secret ${added.clientId} makes another.`
              : "The secret is shown this once.",
          );
          say(`\n${envLines(operator, added, dev?.redirectUri).join("\n")}`);
        }),
      ),
    );

  app
    .command("list")
    .description("registered services with their origins and clients")
    .option("--json", "one JSON array")
    .action((options: { readonly json?: boolean }) =>
      withOperator((operator) =>
        withRegistry(operator, async (registry) => {
          const apps = await registry.list();
          if (options.json) return say(JSON.stringify(apps));
          const rows = apps.map(({ id, name, status, firstParty, origins, clients }) => [
            id,
            name,
            firstParty ? status : `${status}, third party`,
            origins.join(" "),
            clients.map(({ clientId, secrets }) => (secrets === 0 ? clientId : `${clientId} (secret)`)).join(" "),
          ]);
          say(table(["ID", "NAME", "STATE", "ORIGINS", "CLIENTS"], rows));
        }),
      ),
    );

  app
    .command("rotate-secret <client>")
    .description("replace a client's secret and show the new one, once; the old one stays valid for a while")
    .option("--overlap-hours <n>", "how long the old one stays valid", "1")
    .option("--json", "one JSON object")
    .action((given: string, options: { readonly overlapHours: string; readonly json?: boolean }) =>
      withOperator((operator) =>
        withRegistry(operator, async (registry) => {
          const clientSecret = await rotate(registry, given, options.overlapHours);
          if (options.json) return say(JSON.stringify({ clientId: given, clientSecret }));
          say(`TOPOLO_CLIENT_SECRET=${clientSecret}`);
          say(`\nIt is shown this once. The secret before it works ${options.overlapHours} hours longer.`);
        }),
      ),
    );
};
