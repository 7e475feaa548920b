import { EnvSchema, platformSecretFields } from "./env.ts";
import { nearestName } from "./nearest-name.ts";

const ours = /^(NEXUS|AUTH)_[A-Z0-9_]+$/;
const vendorParts = [...Object.keys(platformSecretFields), "BASE_URL"];
const vendors = new RegExp(`^PLATFORM_[A-Z0-9_]+_(?:${vendorParts.join("|")})$`);

/** Set by our own processes for each other, or by people for their own clients. */
const others: ReadonlySet<string> = new Set([
  "NEXUS_API_KEY",
  "NEXUS_AUTH_URL",
  "NEXUS_DASHBOARD_BUILD",
  "NEXUS_DASHBOARD_CHILD",
  "NEXUS_DEV",
  "NEXUS_INTERNAL_URL",
  "NEXUS_PARENT_PID",
  "NEXUS_STARTED_AT",
  "NEXUS_URL",
]);

/** A setting that nothing reads. */
export interface UnknownSetting {
  readonly name: string;
  /** What it may have been meant to be. */
  readonly nearest: string | undefined;
}

const namesFor = (vendor: string): string[] =>
  vendorParts.map((part) => `PLATFORM_${vendor.toUpperCase().replaceAll("-", "_")}_${part}`);

/**
 * The settings of our own kind that have no meaning: a mistyped one would otherwise be passed over without a word. Keys
 * of vendors are told apart by the ids of those there are; without a list, any is taken for one.
 */
export const unknownSettings = (
  source: Readonly<Record<string, string | undefined>>,
  vendorIds?: Iterable<string>,
): readonly UnknownSetting[] => {
  const settings = [...Object.keys(EnvSchema.shape), ...[...(vendorIds ?? [])].flatMap(namesFor)];
  const known = [...settings, ...settings.map((name) => `${name}_FILE`)];
  const isOurs = (name: string): boolean =>
    ours.test(name) || (vendorIds !== undefined && vendors.test(name.replace(/_FILE$/, "")));
  return Object.keys(source)
    .filter((name) => isOurs(name) && !others.has(name) && !known.includes(name))
    .sort()
    .map((name) => ({ name, nearest: nearestName(name, known) }));
};
