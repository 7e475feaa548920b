import { existsSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "../platform/private-file.ts";
import type { RunningAuth } from "./start-auth.ts";

/** What a newcomer, and a test, needs to begin; written once, readable by the owner alone. */
export interface FirstRun {
  readonly gatewayUrl: string;
  readonly authUrl: string;
  /** Trusted-service token for that organization alone: with X-Nexus-Organization-Id in place of a user. */
  readonly serviceToken: string;
  /** The organization with slug `topolo`. */
  readonly organizationId: string;
  /** API key of that organization. */
  readonly apiKey: string;
  /** One-time link for the first administrator. */
  readonly bootstrapUrl: string;
  /** Where the mail of development is shown; absent where mail is really sent. */
  readonly mailboxUrl?: string;
}

interface MakeFirstRun {
  readonly dataDir: string;
  readonly gatewayUrl: string;
  readonly auth: RunningAuth;
  readonly mailboxUrl: string | undefined;
  /** Makes a trusted-service token for the organization and returns its secret, which is shown nowhere else. */
  readonly createServiceToken: (organizationId: string) => Promise<string>;
}

const fileOf = (dataDir: string): string => join(dataDir, "first-run.json");

/** Makes the first credentials and writes them down; undefined on every later run. */
export const firstRun = async ({
  dataDir,
  gatewayUrl,
  auth,
  mailboxUrl,
  createServiceToken,
}: MakeFirstRun): Promise<FirstRun | undefined> => {
  const file = fileOf(dataDir);
  if (existsSync(file) || !auth.seed) return undefined;
  const { organizationId, apiKey, bootstrapUrl } = await auth.seed();
  const facts: FirstRun = {
    gatewayUrl,
    authUrl: auth.url,
    serviceToken: await createServiceToken(organizationId),
    organizationId,
    apiKey,
    bootstrapUrl,
    ...(mailboxUrl === undefined ? {} : { mailboxUrl }),
  };
  await writePrivateFile(file, `${JSON.stringify(facts, null, 2)}\n`);
  return facts;
};
