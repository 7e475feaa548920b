import { NexusError } from "../errors.ts";
import { anthropicErrorReply } from "./anthropic/index.ts";
import type { DoorReply, DoorRequest } from "./door-request.ts";
import { restErrorReply } from "./encode-error.ts";
import { openAiErrorReply } from "./openai/index.ts";
import { isServed, servedMethods } from "./vendor-methods.ts";

/** What clients of OpenAI's and Anthropic's dialects put behind their base URL. */
const vendorPath =
  /^(?<before>.*?)\/(?<tail>chat\/completions|completions|embeddings|responses(?:\/.*)?|messages(?:\/.+)?|models(?:\/.+)?|moderations|files(?:\/.+)?|batches(?:\/.+)?|images\/\w+|audio\/\w+)\/?$/;

const doubled = "/v1/v1/";

/** Carries what no browser sends for a page. */
const isFromProgram = ({ method, header }: DoorRequest): boolean =>
  (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") ||
  header("authorization") !== undefined ||
  header("x-api-key") !== undefined;

const adviceFor = (before: string, tail: string): string => {
  if (!isServed(tail)) return servedMethods;
  return before.startsWith("/v1/v1")
    ? "The base URL has /v1 once too often: OpenAI's clients want it in there, Anthropic's add it themselves."
    : `It is /v1/${tail}: set the client's base URL to this gateway's address followed by /v1 (Anthropic's own SDKs add /v1 themselves).`;
};

/**
 * The answer to a program that asked beside the API, where a page would be of no use to it: most often its base URL lacks
 * `/v1`, or has it twice. Undefined for what may be a page.
 */
export const misplaced = (request: DoorRequest): DoorReply | undefined => {
  const { method, path, requestId } = request;
  const found = vendorPath.exec(path)?.groups;
  if (!found && !isFromProgram(request)) return undefined;
  const missing = `There is no ${method} ${path.slice(0, 200)} here.`;
  if (!found) return restErrorReply(new NexusError("NOT_FOUND", { message: missing }), requestId);
  const { before = "", tail = "" } = found;
  const error = new NexusError("NOT_FOUND", { message: `${missing} ${adviceFor(`${before}/`, tail)}` });
  const isAnthropic = tail.startsWith("messages") || request.header("anthropic-version") !== undefined;
  return isAnthropic ? anthropicErrorReply(error, requestId) : openAiErrorReply(error, requestId);
};

/** Below the API's own prefix, and a mistake all the same. */
export const isDoubled = (path: string): boolean => path.startsWith(doubled);
