import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  splitLink,
  type Operation,
} from "@trpc/client";
import { baseUrlOf } from "./base-url.ts";
import { credentialHeaders, type NexusCredential } from "./credential.ts";
import { payingCustomer } from "./customer.ts";
import { explainedFetch } from "./explained-fetch.ts";
import { sentIdempotencyKey, idempotencyLink } from "./idempotency.ts";
import type { NexusClient } from "./nexus-client.ts";
import { toNexusClientError } from "./nexus-client-error.ts";
import { isMetered, isStream } from "./operation-kind.ts";
import { retryLink } from "./retry.ts";
import type { AppRouter } from "./router.ts";
import { setUploadWay } from "./upload-file.ts";
import { streamErrorLink } from "./stream-errors.ts";

/** What a client is made with. */
export interface NexusClientOptions {
  /** Origin of the gateway, for example `https://nexus.topolo.app`. */
  readonly baseUrl: string;
  readonly credential: NexusCredential;
  /** Registered id of the calling app; needed where the credential does not name one. */
  readonly app?: string;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Tries altogether for calls that are safe to repeat; 3 unless told otherwise, 1 never repeats. */
  readonly maxAttempts?: number;
}

const asItIs = (value: unknown): unknown => value;

/** Plain JSON goes in and comes out: superjson's envelope has nothing of its own to say of it. */
const transformer = {
  input: { serialize: asItIs, deserialize: asItIs },
  output: { serialize: asItIs, deserialize: ({ json }: { readonly json: unknown }): unknown => json },
};

const requireBaseUrl = (given: unknown): string => {
  try {
    return baseUrlOf(given);
  } catch (error) {
    throw toNexusClientError(error, undefined);
  }
};

const maxBatchSize = 10;
const maxUrlLength = 8_000;

/**
 * A typed client of Nexus. Calls that cost money travel alone and carry an idempotency key; the rest is batched. An
 * address that cannot be one of Nexus's is refused at once, in words that say what to change.
 *
 * @example
 * const nexus = createNexusClient({ baseUrl: "https://nexus.topolo.app", credential: { apiKey } });
 * const { text, nexus: facts } = await nexus.ai.generateText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello" });
 * for await (const part of await nexus.ai.streamText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello" })) {
 *   if (part.type === "text-delta") process.stdout.write(part.delta);
 * }
 */
export const createNexusClient = ({
  baseUrl,
  credential,
  app,
  fetch,
  maxAttempts = 3,
}: NexusClientOptions): NexusClient => {
  const transport = {
    url: `${requireBaseUrl(baseUrl)}/api/trpc`,
    transformer,
    // Asked for at each call: whoever replaces the global one later means it.
    fetch: explainedFetch(fetch ?? ((input, init) => globalThis.fetch(input, init))),
  };
  const headersOf = async (operation: Operation | undefined): Promise<Record<string, string>> => {
    const key = operation && sentIdempotencyKey(operation);
    const customerId = operation && payingCustomer(operation);
    return {
      ...(await credentialHeaders(credential, app)),
      ...(key === undefined ? {} : { "idempotency-key": key }),
      ...(customerId === undefined ? {} : { "x-nexus-customer-id": customerId }),
    };
  };
  const client = createTRPCClient<AppRouter>({
    links: [
      idempotencyLink(),
      retryLink({ maxAttempts }),
      streamErrorLink(),
      splitLink({
        condition: isStream,
        true: httpBatchStreamLink({ ...transport, maxItems: 1, headers: ({ opList }) => headersOf(opList[0]) }),
        false: splitLink({
          condition: isMetered,
          true: httpLink({ ...transport, headers: ({ op }) => headersOf(op) }),
          false: httpBatchLink({
            ...transport,
            maxItems: maxBatchSize,
            maxURLLength: maxUrlLength,
            headers: () => headersOf(undefined),
          }),
        }),
      }),
    ],
  });
  setUploadWay(client, {
    origin: requireBaseUrl(baseUrl),
    headers: () => credentialHeaders(credential, app),
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
  });
  return client;
};
