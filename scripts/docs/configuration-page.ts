import { z } from "zod";
import { EnvSchema } from "../../server/platform/env.ts";
import { markdownTable } from "./table.ts";

interface Setting {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | undefined;
}

const fallbackOf = (schema: z.ZodType): string | undefined => {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return undefined;
  return Array.isArray(parsed.data) ? parsed.data.join(",") : z.coerce.string().parse(parsed.data);
};

const settings = (): Setting[] =>
  Object.entries(EnvSchema.shape).map(([name, schema]) => ({
    name,
    description: schema.description ?? "",
    fallback: fallbackOf(schema),
  }));

const vendorSettings = [
  [
    "PLATFORM_<VENDOR>_API_KEY",
    "Seeds the platform-default credential of a vendor that has none, for example PLATFORM_OPENAI_API_KEY",
  ],
  [
    "PLATFORM_<VENDOR>_ACCOUNT_ID, _ACCESS_KEY_ID, _SECRET_ACCESS_KEY, _DOMAIN, _CLIENT_ID, _CLIENT_SECRET, _LOCATION_ID, _USERNAME, _PASSWORD",
    "The same for vendors whose credential has these fields",
  ],
  ["PLATFORM_<VENDOR>_BASE_URL", "Base URL that goes with it, where it is not the vendor's own"],
] as const;

/** docs/generated/configuration.md */
export const configurationPage = (): string =>
  [
    "# Configuration",
    "",
    "Everything is set by environment variables, or by the same names in a file `.env` in the working folder, over which the environment wins. " +
      "Nothing has to be set for development; in production the process refuses to start without its secrets. " +
      "Each may stand in a file instead, which the same name with `_FILE` names: `DATABASE_URL_FILE=/run/secrets/database_url`.",
    "",
    markdownTable(
      ["Variable", "Default", "What it does"],
      [
        ...settings().map(({ name, description, fallback }) => [
          `\`${name}\``,
          fallback ? `\`${fallback}\`` : "–",
          description,
        ]),
        ...vendorSettings.map(([name, description]) => [`\`${name}\``, "–", description]),
      ],
    ),
    "",
  ].join("\n");

/** .env.example */
export const envExample = (): string =>
  [
    "# Every setting with its default. Nothing here has to be set for development.",
    "",
    ...settings().flatMap(({ name, description, fallback }) => [`# ${description}`, `# ${name}=${fallback ?? ""}`, ""]),
    ...vendorSettings.map(([name, description]) => `# ${description}: ${name}`),
    "",
  ].join("\n");
