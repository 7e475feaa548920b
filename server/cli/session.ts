import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  AuthClientError,
  createTokenSource,
  startDeviceSignIn,
  type TokenSource,
  type TokenSet,
} from "@topolo/auth-client";
import type { Command } from "commander";
import { systemClock } from "../platform/clock.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { addressesOf } from "../process/addresses-of.ts";
import { makeDataFolder, ownerOf } from "../process/data-folder.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

const clientId = "nexus-cli";

/** A signed-in person, as kept between commands. */
interface Kept {
  readonly authUrl: string;
  readonly tokens: TokenSet;
}

const isKept = (value: unknown): value is Kept =>
  typeof value === "object" &&
  value !== null &&
  "authUrl" in value &&
  typeof value.authUrl === "string" &&
  "tokens" in value &&
  typeof value.tokens === "object" &&
  value.tokens !== null &&
  "accessToken" in value.tokens &&
  typeof value.tokens.accessToken === "string" &&
  "expiresAt" in value.tokens &&
  typeof value.tokens.expiresAt === "number";

const fileOf = (dataDir: string): string => join(dataDir, "cli-session.json");

const keep = (dataDir: string, kept: Kept): Promise<void> =>
  writePrivateFile(fileOf(dataDir), `${JSON.stringify(kept, null, 2)}\n`);

const forget = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });

const readKept = async (dataDir: string): Promise<Kept> => {
  const text = await readFile(fileOf(dataDir), "utf8").catch(() => "null");
  const parsed: unknown = JSON.parse(text);
  if (!isKept(parsed)) throw new CliError("You are not signed in: npm run nexus -- login");
  return parsed;
};

const keeperOf = (dataDir: string, { authUrl, tokens }: Kept): TokenSource =>
  createTokenSource({ authUrl, clientId, tokens, onTokens: (renewed) => keep(dataDir, { authUrl, tokens: renewed }) });

const said: Readonly<Record<string, string>> = {
  access_denied: "The sign-in was refused.",
  expired_token: "Nobody confirmed the sign-in in time: npm run nexus -- login",
  aborted: "The sign-in was given up.",
  invalid_grant: "Your session has ended: npm run nexus -- login",
  signed_out: "Your session has ended: npm run nexus -- login",
};

/** What Auth refuses, in words for the terminal. */
const inWords = async <T>(authUrl: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!AuthClientError.is(error)) throw error;
    throw new CliError(
      said[error.code] ?? (error.code === "unavailable" ? `Topolo Auth does not answer at ${authUrl}.` : error.message),
    );
  }
};

/** Signed in, with an access token that is good for another half minute at least. */
export const personSignedIn = async (
  dataDir: string,
): Promise<{ readonly authUrl: string; readonly accessToken: string }> => {
  const kept = await readKept(dataDir);
  const accessToken = await inWords(kept.authUrl, () => keeperOf(dataDir, kept).accessToken());
  return { authUrl: kept.authUrl, accessToken };
};

const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = path.reduce<unknown>(
    (each, name) => (typeof each === "object" && each !== null ? Reflect.get(each, name) : undefined),
    value,
  );
  return typeof found === "string" ? found : undefined;
};

const whoIs = async (authUrl: string, accessToken: string): Promise<string> => {
  const egress = createEgress({ allow: [new URL(authUrl).host], log: silentLogger, clock: systemClock });
  const asked = egress.json({
    url: `${authUrl}/validate`,
    method: "GET",
    headers: { authorization: `Bearer ${accessToken}` },
    timeoutMs: 10_000,
    maxBytes: 64 * 1024,
  });
  const answer = await asked.catch(() => undefined);
  await egress.close();
  if (answer === undefined) throw new CliError(`Topolo Auth does not answer at ${authUrl}.`);
  const { status, body } = answer;
  if (status !== 200) throw new CliError("Your session has ended: npm run nexus -- login");
  const name = textAt(body, "user", "name");
  const email = textAt(body, "user", "email") ?? textAt(body, "user", "id") ?? "somebody";
  const organization = textAt(body, "organization", "name");
  const role = textAt(body, "role");
  const who = name === undefined || name === "" ? email : `${name} <${email}>`;
  return organization === undefined ? who : `${who}, ${role ?? "member"} of ${organization}`;
};

/** `nexus login|whoami|access-token|logout`: a person at the command line, who signs in with any browser. */
export const sessionCommands = (
  program: Command,
  { say, signal }: Terminal,
  configuration: () => { readonly env: Env; readonly dataDir: string },
): void => {
  program
    .command("login")
    .description("sign in with a browser, here or on another device")
    .option("--auth-url <origin>", "Topolo Auth; that of this installation when absent")
    .action(async (options: { readonly authUrl?: string }) => {
      const { env, dataDir } = configuration();
      const running = await ownerOf(dataDir);
      const authUrl = (options.authUrl ?? (running?.addresses ?? addressesOf(env)).auth).replace(/\/+$/, "");
      await inWords(authUrl, async () => {
        const device = await startDeviceSignIn({ authUrl, clientId });
        say(`Open    ${device.verificationUriComplete ?? device.verificationUri}`);
        say(`Code    ${device.userCode}`);
        say("\nAllow it there if the page shows the same code. Waiting …");
        const tokens = await device.tokens({ signal });
        await makeDataFolder(dataDir);
        await keep(dataDir, { authUrl, tokens });
        say(`\nSigned in as ${await whoIs(authUrl, tokens.accessToken)}.`);
      });
    });

  program
    .command("whoami")
    .description("who is signed in here, and in which organization")
    .action(async () => {
      const { authUrl, accessToken } = await personSignedIn(configuration().dataDir);
      say(await whoIs(authUrl, accessToken));
    });

  program
    .command("access-token")
    .description("print an access token of the signed-in person; valid for minutes")
    .action(async () => say((await personSignedIn(configuration().dataDir)).accessToken));

  program
    .command("logout")
    .description("sign out, here and at Topolo Auth")
    .action(async () => {
      const { dataDir } = configuration();
      const kept = await readKept(dataDir);
      await forget(dataDir);
      await inWords(kept.authUrl, () => keeperOf(dataDir, kept).revoke());
      say("Signed out.");
    });
};
