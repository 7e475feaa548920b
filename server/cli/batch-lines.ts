import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { NexusClient } from "@topolo/nexus-client";
import { batchEndpoints } from "../contracts/ai/batches.ts";
import { CliError } from "./cli-error.ts";

type BatchEndpointName = (typeof batchEndpoints)[number];
type CreateBatch = Parameters<NexusClient["ai"]["batches"]["create"]["mutate"]>[0];

/** What requests are for, as an option names it. */
export const endpointOf = (text: string): BatchEndpointName => {
  const known = batchEndpoints.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CliError(`--endpoint is one of ${batchEndpoints.join(", ")}, not "${text}".`);
};

/** A line of JSON Lines; undefined where it is no object. */
export const lineOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** What the first request of a file is for: Anthropic's name no address, but `params`. */
export const endpointIn = async (path: string): Promise<BatchEndpointName> => {
  const lines = createInterface({ input: createReadStream(path) });
  try {
    for await (const text of lines) {
      if (text.trim() === "") continue;
      const line = lineOf(text);
      if (line?.["params"] !== undefined) return "/v1/messages";
      const url = batchEndpoints.find((one) => one === line?.["url"]);
      if (url !== undefined) return url;
      break;
    }
  } finally {
    lines.close();
  }
  throw new CliError(
    `The first line of ${path} is no request: OpenAI's have custom_id, method, url and body, Anthropic's custom_id and params.`,
  );
};

/** What inline requests may be. */
const mostInline = 10_000;

/** The requests of a file, in either vendor's lines, as the typed contract takes them. */
export const requestsIn = async (path: string): Promise<NonNullable<CreateBatch["requests"]>> => {
  const requests: NonNullable<CreateBatch["requests"]> = [];
  let n = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    n += 1;
    if (text.trim() === "") continue;
    const line = lineOf(text);
    const [customId, body] = [line?.["custom_id"], line?.["body"] ?? line?.["params"]];
    if (typeof customId !== "string" || typeof body !== "object" || body === null)
      throw new CliError(`Line ${n} of ${path} is no request: it has no custom_id with a body or params.`);
    if (requests.length === mostInline)
      throw new CliError(`${path} has more than ${mostInline} requests: upload it, and name the file by its id.`);
    requests.push({ customId, body: { ...body } });
  }
  return requests;
};
