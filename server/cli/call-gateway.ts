import { createNexusClient, NexusClientError, type NexusClient } from "@topolo/nexus-client";
import type { Env } from "../platform/env.ts";
import { addressesOf } from "../process/addresses-of.ts";
import { ownerOf } from "../process/data-folder.ts";
import { CliError } from "./cli-error.ts";
import { personSignedIn } from "./session.ts";

/** Asks the running gateway, as the person who is signed in or with the API key in NEXUS_API_KEY. */
export type CallGateway = (
  work: (nexus: NexusClient) => Promise<void>,
  /** The app in whose name it is asked. */
  app?: string,
) => Promise<void>;

const lines = (issues: readonly { readonly field: string; readonly expected: string }[] = []): string =>
  issues.map(({ field, expected }) => `\n  ${field}: ${expected}`).join("");

/** What the gateway refuses, in words for the terminal. */
const inWords = async <T>(origin: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!NexusClientError.is(error)) throw error;
    throw new CliError(
      error.code === "CONNECTION_FAILED"
        ? `Topolo Nexus does not answer at ${origin}.`
        : `${error.message}${lines(error.issues)}`,
    );
  }
};

export const callGatewayOf =
  (configuration: () => { readonly env: Env; readonly dataDir: string }): CallGateway =>
  async (work, app) => {
    const { env, dataDir } = configuration();
    const running = await ownerOf(dataDir);
    const baseUrl = (running?.addresses ?? addressesOf(env)).gateway;
    const apiKey = env.NEXUS_API_KEY;
    const credential = apiKey === undefined ? { bearer: (await personSignedIn(dataDir)).accessToken } : { apiKey };
    const client = createNexusClient({ baseUrl, credential, ...(app === undefined ? {} : { app }) });
    await inWords(baseUrl, () => work(client));
  };
