import { z } from "zod";

const port = (fallback: number, what: string) =>
  z.coerce.number().int().min(0).max(65_535).default(fallback).describe(what);
const ms = (fallback: number, what: string) => z.coerce.number().int().min(1).default(fallback).describe(what);
const amount = (initial: number, what: string) =>
  z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(initial).describe(what);
const flag = (what: string) =>
  z
    .enum(["true", "false", "1", "0", "on", "off"])
    .transform((value) => value === "true" || value === "1" || value === "on")
    .optional()
    .describe(what);
const secret = (what: string) => z.string().min(1).optional().describe(what);
const origin = (what: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform((value) => value.replace(/\/+$/, ""))
    .optional()
    .describe(what);
const issuer = (what: string) =>
  z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(what);
/** Clients of PostgreSQL written in C take several servers in one address; ours takes one. */
const severalServers = /^postgres(?:ql)?:\/\/(?:[^/?]*@)?[^/?@]*,[^/?@]*(?:[/?]|$)/;
const oneServer =
  "names several servers. Name one address that leads to whichever is the primary, such as HAProxy's beside the gateway: docs/operations/high-availability.md";
const namesSeveral = (value: unknown): boolean => typeof value === "string" && severalServers.test(value);
const database = (what: string) =>
  z
    .url({ protocol: /^postgres(ql)?$/, error: ({ input }) => (namesSeveral(input) ? oneServer : undefined) })
    .refine((value) => !namesSeveral(value), oneServer)
    .optional()
    .describe(what);
const list = (what: string) =>
  z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .describe(what);

const cap = (initial: number, what: string) =>
  z.coerce.number().int().min(0).max(1_000_000).default(initial).describe(what);

const originGrant = /^(https?:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?)(?:=(srv_[a-z0-9_]{1,60}))?$/;
const originGrants = (what: string) =>
  list(what)
    .transform((items, context) =>
      items.flatMap((item) => {
        const [, grantedOrigin, serviceId] = originGrant.exec(item) ?? [];
        if (grantedOrigin !== undefined)
          return { origin: grantedOrigin, ...(serviceId === undefined ? {} : { serviceId }) };
        context.addIssue({ code: "custom", message: "is not a list of origin=serviceId" });
        return [];
      }),
    )
    .describe(what);

/** Every setting of the process. `.env.example` and `docs/generated/configuration.md` are made from it. */
export const EnvSchema = z.object({
  NODE_ENV: z
    .enum(["development", "production", "test"])
    .default("development")
    .describe("production refuses missing secrets and switches the sandbox off"),
  PORT: port(3000, "Port of the gateway and the dashboard"),
  AUTH_PORT: port(3001, "Port of the embedded Topolo Auth"),
  HOST: z.string().default("localhost").describe("Address the listeners bind to; 0.0.0.0 for all"),
  NEXUS_PUBLIC_URL: origin("Public origin of the gateway; http://localhost:PORT when unset"),
  AUTH_PUBLIC_URL: origin("Public origin of the embedded Topolo Auth; http://localhost:AUTH_PORT when unset"),
  AUTH_RP_ID: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}$/)
    .optional()
    .describe("Domain passkeys are made for, for example topolo.app; the host name of AUTH_PUBLIC_URL when unset"),
  AUTH_GOOGLE_CLIENT_ID: secret("Client id at Google; with the secret, people may sign in with Google"),
  AUTH_GOOGLE_CLIENT_SECRET: secret("Client secret at Google"),
  AUTH_GOOGLE_ISSUER: issuer("Another OpenID issuer in Google's place, which may be a private address"),
  AUTH_MICROSOFT_CLIENT_ID: secret(
    "Client id at Microsoft Entra; the registration must add the optional claims email and xms_edov to its ID tokens",
  ),
  AUTH_MICROSOFT_CLIENT_SECRET: secret("Client secret at Microsoft Entra"),
  AUTH_MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/)
    .default("common")
    .describe("Tenant at Microsoft Entra: its id or domain, or common, organizations, consumers"),
  AUTH_MICROSOFT_ISSUER: issuer("Another OpenID issuer in Microsoft's place, which may be a private address"),
  AUTH_GITHUB_CLIENT_ID: secret("Client id at GitHub; with the secret, people may sign in with GitHub"),
  AUTH_GITHUB_CLIENT_SECRET: secret("Client secret at GitHub"),
  AUTH_GITHUB_URL: issuer("Web address of a GitHub Enterprise Server in GitHub's place"),
  AUTH_GITHUB_API_URL: issuer("API address of that server, for example https://github.example.com/api/v3"),
  TOPOLO_AUTH_URL: origin("Origin of a remote Topolo Auth; the embedded one then does not start"),
  AUTH_ALLOWED_ORIGINS: originGrants(
    "Further browser origins that may use the embedded Topolo Auth and call the API from their pages, each with its app: origin=serviceId, comma-separated",
  ),
  TOPOLO_ADMIN_URL: origin("Origin of Topolo Admin, which shows /security/user; the dashboard's own when unset"),
  AUTH_TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe("Proxies of ours in front of Topolo Auth; with 0, X-Forwarded-For is ignored"),
  AUTH_CLIENT_DOCUMENTS: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "Whether organizations may let in apps without a registration, which a document at their own address describes; off: none may, whatever they chose",
    ),
  AUTH_DNS_SERVERS: list(
    "DNS servers that Topolo Auth asks about the domains of organizations, comma-separated; the system's own when unset",
  ),
  AUTH_ALLOW_PREVIEWS: flag("Lets preview deployments of allow-listed Pages projects use Topolo Auth; off by default"),
  AUTH_CROSS_SITE_COOKIES: flag(
    "Sends the session cookie with SameSite=None, for apps on Pages domains; off by default",
  ),
  TOPOLO_AUTH_INTERNAL_URL: origin(
    "Where gateways reach Topolo Auth, when that is not its public origin; the own port of the embedded one, or TOPOLO_AUTH_URL, when unset",
  ),
  TOPOLO_AUTH_CLIENT_SECRET: secret(
    "Secret of the service client srv_nexus, at least 32 characters: at a remote Topolo Auth the one that it has, at one started here the one that it is to have",
  ),
  AUTH_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      "Server that carries Auth's mail, where Nexus does not: smtps://user:password@host:465, or smtp://host:587 with STARTTLS; unset, mail is caught by the sandbox outside production and not sent in it",
    ),
  AUTH_MAIL_FROM: z
    .string()
    .max(300)
    .regex(/^[^\r\n]*@[^\r\n]*$/, "an address, or a name with an address in angle brackets")
    .default("Topolo <no-reply@topolo.localhost>")
    .describe("Sender of Auth's mail"),
  AUTH_MAIL_BY: z
    .enum(["nexus", "smtp"])
    .optional()
    .describe(
      "Who carries Auth's mail. nexus, the default beside a Nexus: its e-mail vendors, and the server of AUTH_SMTP_URL where it is proved that they have not; smtp: that server alone",
    ),
  AUTH_NEXUS_URL: origin("Origin of the Nexus that carries the mail of an Auth that runs alone, or beside another one"),
  AUTH_REGISTRATION: z
    .enum(["open", "invitation"])
    .optional()
    .describe(
      "Whether anybody may make an account at Topolo Auth, or invited addresses alone; open outside production, to be chosen in it",
    ),
  AUTH_SELF_SERVICE_BUDGET: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, "dollars, for example 25 or 0.5")
    .optional()
    .describe(
      "US dollars a month that an organization may spend of the platform's once an operator has admitted it; 1 outside production, and in it each admission says how much until this is set",
    ),
  AUTH_MAX_ORGANIZATIONS_PER_PERSON: cap(
    20,
    "Organizations that one person may make; platform operators may make more",
  ),
  AUTH_MAX_API_KEYS_PER_ORGANIZATION: cap(500, "Live API keys of one organization, its members' included"),
  AUTH_MAX_API_KEYS_PER_PERSON: cap(50, "Live API keys that one person may own, in all organizations together"),
  AUTH_MAX_PENDING_INVITATIONS: cap(500, "Invitations of one organization that wait for an answer"),
  NEXUS_DATA_DIR: z
    .string()
    .default(".nexus")
    .describe("Folder of the embedded database, generated secrets and first-run.json"),
  AUTH_DATA_DIR: z.string().default(".nexus-auth").describe("The same for Topolo Auth when it runs alone"),
  DATABASE_URL: database("PostgreSQL to use instead of the embedded one"),
  AUTH_DATABASE_URL: database("PostgreSQL of Topolo Auth when it is not the same"),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe("Redis or Valkey that shares rate limits between processes"),
  NEXUS_WORKERS: z.coerce.number().int().min(1).max(64).default(1).describe("Gateway processes on the same port"),
  NEXUS_STANDBY: flag("One gateway process more that is prepared to take the place of one that dies"),
  NEXUS_HEALTH_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      "Port that answers `/health` and `/health/ready` alone, also while the public port is flooded; none when unset",
    ),
  NEXUS_SANDBOX: flag("Sandbox vendors; on by default outside production"),
  SANDBOX_PORT: port(3002, "Port of the sandbox vendors, on loopback"),
  NEXUS_DASHBOARD: z
    .enum(["true", "false", "1", "0", "on", "off", "on-demand"])
    .transform((value) => {
      if (value === "on-demand") return value;
      return value === "true" || value === "1" || value === "on" ? "on" : "off";
    })
    .default("on")
    .describe(
      "The dashboard's process: `on`, `off`, or `on-demand`, which starts it with the first page that is asked for and ends it when none was for NEXUS_DASHBOARD_IDLE_MS",
    ),
  NEXUS_DASHBOARD_IDLE_MS: ms(900_000, "How long the dashboard's process goes on without a page, on demand"),
  NEXUS_ENCRYPTION_KEYS: secret(
    "Key-encryption keys, id:base64 of 32 bytes, comma-separated, the current one first; generated on the first run outside production",
  ),
  AUTH_ENCRYPTION_KEY: secret(
    "Base64 of 32 bytes that seals Auth's signing keys; generated on the first run outside production",
  ),
  AUTH_PREVIOUS_ENCRYPTION_KEYS: list(
    "Earlier AUTH_ENCRYPTION_KEY values, comma-separated: what they sealed is opened and sealed under the current one at the start",
  ),
  AUTH_SIGNING_KEY_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe("How long a key signs access tokens before the next one takes over"),
  TURNSTILE_SECRET_KEY: secret(
    "Secret of Cloudflare Turnstile, which guards registration and the public developer forms; unset, registration does not ask and the forms answer 503, or ask the sandbox in development",
  ),
  TURNSTILE_SITE_KEY: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional()
    .describe("Site key of the same widget, for Auth's registration page; required with TURNSTILE_SECRET_KEY"),
  TURNSTILE_HOSTNAMES: list(
    "Host names of the pages with those forms, comma-separated; Auth's own counts by itself, and tokens of other pages are refused",
  ),
  TURNSTILE_SITEVERIFY_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Another address of the check, for tests; Cloudflare's when unset"),
  NEXUS_TOKEN_PEPPER: secret(
    "Base64 of 32 bytes under which service tokens are hashed; generated on the first run outside production",
  ),
  NEXTAUTH_SECRET: secret("Secret of the dashboard's sessions; generated on the first run outside production"),
  NEXUS_PLATFORM_SUPER_ADMIN_USER_ID: z
    .string()
    .optional()
    .describe(
      "The one account that may change platform-default credentials; unset, the first administrator outside production, and in it nobody",
    ),
  NEXUS_EGRESS_ALLOW: list(
    "host:port pairs of private or plain-http upstreams the operator permits, for example localhost:11434",
  ),
  NEXUS_AUTH_CACHE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(30_000)
    .describe(
      "How long a positive validation may be reused for AI calls, at most 60000; what Auth revokes is dropped at once, and while its feed is silent for a second nothing is reused. Everything else asks Auth each time, and with 0 so do AI calls",
    ),
  NEXUS_CALL_TIMEOUT_MS: ms(600_000, "Total deadline of a metered call"),
  NEXUS_BACKGROUND_TIMEOUT_MS: ms(3_600_000, "Total deadline of a response in the background"),
  NEXUS_DRAIN_TIMEOUT_MS: ms(30_000, "How long SIGTERM waits for calls and streams"),
  NEXUS_DRAIN_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(120_000)
    .default(0)
    .describe(
      "How long after SIGTERM new calls are still taken while `/health/ready` says no: as long as a load balancer takes to notice",
    ),
  NEXUS_UNCERTAIN_SETTLE_AFTER_MS: ms(
    3_600_000,
    "After this long an AI call whose outcome stayed unknown is settled at its bound, the whole hold (`estimated`, to be corrected by the vendor's word, an import or an operator); until then the hold stays",
  ),
  NEXUS_ORPHAN_AFTER_MS: ms(30_000, "A hold whose process sent no heartbeat for this long is recovered"),
  NEXUS_LEDGER_MONTHS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_200)
    .refine(
      (months) => months === 0 || months >= 4,
      "0, or at least 4: idempotency keys of what acts count for 90 days",
    )
    .default(0)
    .describe(
      "Months of operations and entries that are kept beside the present one, at least 4; older ones are dropped for good, their sums stay. 0 keeps all",
    ),
  NEXUS_API_KEY: secret(
    "The API key with which `npm run nexus -- email` calls the gateway; unset, the person who is signed in calls",
  ),
  NEXUS_METRICS_TOKEN: secret("Bearer token that GET /metrics asks for; unset, only this machine may read it"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("Least level of the structured log"),
  LOG_FILE: z
    .string()
    .optional()
    .describe(
      "File the structured log goes to; unset, NEXUS_DATA_DIR/nexus.log outside production and standard error in it",
    ),
  LOG_ROTATE_BYTES: amount(
    64 * 1024 * 1024,
    "Size at which a log file is put aside, as nexus.20261128T201738123Z-4711.log beside it; 0 for never",
  ),
  LOG_ROTATE_DAILY: flag("Puts a log file aside with the first line of a new day in UTC, too; on by default"),
  LOG_KEEP_FILES: amount(14, "Log files put aside that are kept, the newest"),
  LOG_KEEP_BYTES: amount(512 * 1024 * 1024, "Bytes that log files put aside may have together"),
});

/** The parsed settings, with the vendors' platform secrets apart. */
export type Env = z.infer<typeof EnvSchema> & {
  /** `PLATFORM_<VENDOR>_API_KEY`, its like and `_BASE_URL`, by vendor id in lower case with dashes. */
  readonly platformVendors: ReadonlyMap<
    string,
    { readonly secret: Readonly<Record<string, string>>; readonly baseUrl: string | undefined }
  >;
};

/** What a vendor's variables end in, with the field of its credential. */
export const platformSecretFields = {
  API_KEY: "apiKey",
  ACCOUNT_ID: "accountId",
  DOMAIN: "domain",
  LOCATION_ID: "locationId",
  ACCESS_KEY_ID: "accessKeyId",
  SECRET_ACCESS_KEY: "secretAccessKey",
  CLIENT_ID: "clientId",
  CLIENT_SECRET: "clientSecret",
  USERNAME: "username",
  PASSWORD: "password",
} as const;

const isSecretField = (name: string): name is keyof typeof platformSecretFields =>
  Object.hasOwn(platformSecretFields, name);

const vendorVariable = new RegExp(`^PLATFORM_([A-Z0-9_]+?)_(${Object.keys(platformSecretFields).join("|")}|BASE_URL)$`);

const readPlatformVendors = (source: Readonly<Record<string, string | undefined>>): Env["platformVendors"] => {
  const vendors = new Map<string, { secret: Record<string, string>; baseUrl: string | undefined }>();
  for (const [name, value] of Object.entries(source)) {
    const [, vendor, part] = vendorVariable.exec(name) ?? [];
    if (vendor === undefined || part === undefined || !value) continue;
    const id = vendor.toLowerCase().replaceAll("_", "-");
    const entry = vendors.get(id) ?? { secret: {}, baseUrl: undefined };
    if (isSecretField(part)) entry.secret[platformSecretFields[part]] = value;
    else entry.baseUrl = value.replace(/\/+$/, "");
    vendors.set(id, entry);
  }
  return vendors;
};

/** A setting is missing or wrong; the message lists each with what was expected. */
export class ConfigurationError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "ConfigurationError";
  }
}

const placeholder = /^(changeme|change-me|secret|password|example|placeholder|todo|xxx+|test)$|^<.*>$|^your[-_ ]/i;
const requiredInProduction = ["NEXUS_ENCRYPTION_KEYS", "NEXUS_TOKEN_PEPPER", "NEXTAUTH_SECRET"] as const;
const secretNames = [
  ...requiredInProduction,
  "AUTH_ENCRYPTION_KEY",
  "TOPOLO_AUTH_CLIENT_SECRET",
  "TURNSTILE_SECRET_KEY",
  "AUTH_GOOGLE_CLIENT_SECRET",
  "AUTH_MICROSOFT_CLIENT_SECRET",
  "AUTH_GITHUB_CLIENT_SECRET",
] as const;

/** Whether strangers may make accounts is nobody's oversight. */
const registrationProblems = (env: Env): string[] =>
  env.AUTH_REGISTRATION === undefined
    ? [
        "AUTH_REGISTRATION: required in production (open: anybody may make an account; invitation: invited people alone)",
      ]
    : [];

/** Whoever has it may ask about every credential there is. */
const clientSecretProblems = ({ TOPOLO_AUTH_CLIENT_SECRET: chosen }: Env): string[] =>
  chosen !== undefined && chosen.length < keyBytes
    ? ["TOPOLO_AUTH_CLIENT_SECRET: expected at least 32 characters (openssl rand -base64 32)"]
    : [];

/** An address that nobody outside this machine can answer. */
export const isLocalSender = (from: string): boolean => /@(?:[\w-]+\.)*localhost\b/i.test(from);

/** A token that sends mail travels to Nexus, and mail needs a sender. */
const mailProblems = (env: Env): string[] => {
  const problems: string[] = [];
  if ((env.AUTH_SMTP_URL || env.AUTH_MAIL_BY === "nexus" || env.AUTH_NEXUS_URL) && isLocalSender(env.AUTH_MAIL_FROM))
    problems.push("AUTH_MAIL_FROM: required in production with AUTH_SMTP_URL, AUTH_NEXUS_URL or AUTH_MAIL_BY=nexus");
  if (env.AUTH_MAIL_BY === "smtp" && !env.AUTH_SMTP_URL)
    problems.push("AUTH_SMTP_URL: required in production with AUTH_MAIL_BY=smtp");
  if (env.AUTH_NEXUS_URL && !/^https:|^http:\/\/localhost(?::|$)/.test(env.AUTH_NEXUS_URL))
    problems.push("AUTH_NEXUS_URL: expected https in production, unless it is localhost");
  return problems;
};

const productionProblems = (env: Env): string[] => {
  const problems: string[] = requiredInProduction
    .filter((name) => !env[name])
    .map((name) => `${name}: required in production`);
  if (env.TOPOLO_AUTH_URL && !env.TOPOLO_AUTH_CLIENT_SECRET)
    problems.push("TOPOLO_AUTH_CLIENT_SECRET: required with TOPOLO_AUTH_URL");
  if (!env.TOPOLO_AUTH_URL && !env.AUTH_ENCRYPTION_KEY) problems.push("AUTH_ENCRYPTION_KEY: required in production");
  if (!env.TOPOLO_AUTH_URL) problems.push(...registrationProblems(env));
  problems.push(...clientSecretProblems(env));
  problems.push(...mailProblems(env));
  if (env.NEXUS_SANDBOX) problems.push("NEXUS_SANDBOX: the sandbox does not run in production");
  return problems;
};

/** Auth alone knows no Nexus but one that is named. */
const nexusMailProblems = ({ AUTH_MAIL_BY, AUTH_NEXUS_URL }: Env): string[] =>
  AUTH_MAIL_BY === "nexus" && AUTH_NEXUS_URL === undefined
    ? ["AUTH_NEXUS_URL: required with AUTH_MAIL_BY=nexus, where Auth runs alone"]
    : [];

/** Auth alone knows no vendor keys, no gateway and no dashboard. */
const authProductionProblems = (env: Env): string[] => [
  ...(["AUTH_ENCRYPTION_KEY", "AUTH_PUBLIC_URL"] as const)
    .filter((name) => !env[name])
    .map((name) => `${name}: required in production`),
  ...registrationProblems(env),
  ...clientSecretProblems(env),
  ...mailProblems(env),
];

const placeholderProblems = (env: Env): string[] => {
  const values: [string, string | undefined][] = secretNames.map((name) => [name, env[name]]);
  for (const [vendor, { secret }] of env.platformVendors)
    for (const [part, field] of Object.entries(platformSecretFields))
      values.push([`PLATFORM_${vendor.toUpperCase().replaceAll("-", "_")}_${part}`, secret[field]]);
  return values
    .filter(([, value]) => value !== undefined && placeholder.test(value))
    .map(([name]) => `${name}: still a placeholder`);
};

const keyBytes = 32;
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/_-]{43}=?$/.test(text) && Buffer.from(text, "base64").length === keyBytes;

/** One of the two alone would leave the provider away without a word. */
const federatedProblems = (env: Env): string[] =>
  (["GOOGLE", "MICROSOFT", "GITHUB"] as const).flatMap((name) => {
    const id = `AUTH_${name}_CLIENT_ID` as const;
    const clientSecret = `AUTH_${name}_CLIENT_SECRET` as const;
    if ((env[id] === undefined) === (env[clientSecret] === undefined)) return [];
    return [`${env[id] === undefined ? id : clientSecret}: required with ${env[id] === undefined ? clientSecret : id}`];
  });

/** Seen here, before anything is started, and not by the part that would first use the key. */
const keyProblems = (env: Env): string[] => {
  const problems: string[] = [];
  const entries = env.NEXUS_ENCRYPTION_KEYS?.split(",").map((entry) => entry.trim().split(":")) ?? [];
  if (entries.some(([name, key, ...more]) => !name || !key || more.length > 0 || !isKey(key))) {
    problems.push("NEXUS_ENCRYPTION_KEYS: expected id:base64 of 32 bytes, comma-separated (openssl rand -base64 32)");
  }
  for (const name of ["AUTH_ENCRYPTION_KEY", "NEXUS_TOKEN_PEPPER"] as const) {
    const value = env[name];
    if (value !== undefined && !isKey(value))
      problems.push(`${name}: expected base64 of 32 bytes (openssl rand -base64 32)`);
  }
  if (env.AUTH_PREVIOUS_ENCRYPTION_KEYS.some((value) => !isKey(value)))
    problems.push("AUTH_PREVIOUS_ENCRYPTION_KEYS: expected base64 of 32 bytes each, comma-separated");
  if ((env.TURNSTILE_SECRET_KEY === undefined) !== (env.TURNSTILE_SITE_KEY === undefined))
    problems.push("TURNSTILE_SECRET_KEY and TURNSTILE_SITE_KEY: both or neither");
  if (env.NODE_ENV === "production" && env.NEXTAUTH_SECRET !== undefined && env.NEXTAUTH_SECRET.length < keyBytes) {
    problems.push("NEXTAUTH_SECRET: expected at least 32 characters (openssl rand -base64 32)");
  }
  return problems;
};

type Source = Readonly<Record<string, string | undefined>>;

interface Problems {
  readonly inProduction: (env: Env) => string[];
  readonly anywhere?: (env: Env) => string[];
}

const read = (source: Source, { inProduction, anywhere }: Problems): Env => {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = EnvSchema.safeParse(set);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  }
  const env: Env = { ...parsed.data, platformVendors: readPlatformVendors(set) };
  const problems = [
    ...(env.NODE_ENV === "production" ? [...inProduction(env), ...placeholderProblems(env)] : []),
    ...federatedProblems(env),
    ...keyProblems(env),
    ...(anywhere?.(env) ?? []),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return env;
};

/** Parses the environment, or throws a ConfigurationError that names every problem at once. */
export const readEnv = (source: Source): Env => read(source, { inProduction: productionProblems });

/** The same for what works with the databases alone, and needs no secret of an installation. */
export const readDatabaseEnv = (source: Source): Env => read(source, { inProduction: () => [] });

/** The same for Auth that runs alone. */
export const readAuthEnv = (source: Source): Env =>
  read(source, { inProduction: authProductionProblems, anywhere: nexusMailProblems });
