import { createNexusClient, NexusClientError, type NexusClient } from "@topolo/nexus-client";
import type { WireRequest, WireResponse } from "../contracts/vendor-call.ts";
import { systemClock } from "../platform/clock.ts";
import { createEgress, type Egress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { addressesOf } from "../process/addresses-of.ts";
import { ownerOf } from "../process/data-folder.ts";
import { collectBody } from "../providers/_wire/collect-body.ts";
import { CliError } from "./cli-error.ts";
import { personSignedIn } from "./session.ts";

/** Asks a door of the gateway that the typed client does not go through; throws what it refuses. */
export type AskDoor = (
  request: Pick<WireRequest, "method" | "path" | "streamed"> & Partial<Pick<WireRequest, "headers">>,
) => Promise<WireResponse>;

/** Asks the running gateway, as the person who is signed in or with the API key in NEXUS_API_KEY. */
export type CallGateway = (
  work: (nexus: NexusClient, ask: AskDoor) => Promise<void>,
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

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a door says of itself, whichever vendor's shape it has. */
const saidIn = (answer: unknown): string | undefined => {
  const error: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "error") : undefined;
  const said: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "message") : undefined;
  return typeof said === "string" ? said : undefined;
};

/** As long as the gateway takes to read a large file, and to pass it on. */
const timeoutMs = 30 * 60_000;
const mostBytes = 1024 * 1024 * 1024;

const askOf =
  (egress: Egress, baseUrl: string, given: Readonly<Record<string, string>>): AskDoor =>
  async ({ headers, ...request }) => {
    const { send } = egress.own(baseUrl, { timeoutMs, maxBytes: mostBytes });
    const response = await send({ ...request, headers: { ...given, ...headers } }).catch(() => {
      throw new CliError(`Topolo Nexus does not answer at ${baseUrl}.`);
    });
    if (response.status < 300) return response;
    const said = saidIn(parsed(await collectBody(response.body).then(String, () => "")));
    throw new CliError(said ?? `Topolo Nexus answered with ${response.status}.`);
  };

/** The id of what a door made. */
export const askForId = async (ask: AskDoor, request: Parameters<AskDoor>[0]): Promise<string> => {
  const { body } = await ask(request);
  const answer = parsed((await collectBody(body)).toString("utf8"));
  const id: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "id") : undefined;
  if (typeof id === "string") return id;
  throw new CliError(`The answer of ${request.path} has no id.`);
};

export const callGatewayOf =
  (configuration: () => { readonly env: Env; readonly dataDir: string }): CallGateway =>
  async (work, app) => {
    const { env, dataDir } = configuration();
    const running = await ownerOf(dataDir);
    const baseUrl = (running?.addresses ?? addressesOf(env)).gateway;
    const apiKey = env.NEXUS_API_KEY;
    const credential = apiKey === undefined ? { bearer: (await personSignedIn(dataDir)).accessToken } : { apiKey };
    const headers = {
      ...("bearer" in credential
        ? { authorization: `Bearer ${credential.bearer}` }
        : { "x-api-key": credential.apiKey }),
      ...(app === undefined ? {} : { "x-service-id": app }),
    };
    const client = createNexusClient({ baseUrl, credential, ...(app === undefined ? {} : { app }) });
    const egress = createEgress({ allow: [], log: silentLogger, clock: systemClock });
    try {
      await inWords(baseUrl, () => work(client, askOf(egress, new URL(baseUrl).origin, headers)));
    } finally {
      await egress.close();
    }
  };
