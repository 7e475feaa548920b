import { NexusError } from "../errors.ts";
import { anthropicErrorReply } from "./anthropic/index.ts";
import type { DoorReply, DoorRequest } from "./door-request.ts";
import { restErrorReply } from "./encode-error.ts";
import { openAiErrorReply } from "./openai/index.ts";
import { isServed, servedMethods } from "./vendor-methods.ts";

/** What clients of OpenAI's and Anthropic's dialects put behind their base URL. */
const vendorPath =
  /^(?<before>.*?)\/(?<tail>chat\/completions|completions|embeddings|(?:responses|conversations)(?:\/.*)?|messages(?:\/.+)?|models(?:\/.+)?|moderations|rerank|files(?:\/.+)?|batches(?:\/.+)?|images\/\w+|audio\/\w+)\/?$/;

const doubled = "/v1/v1/";

/** Pages about the API may be called like parts of it. */
const isDocumentation = ({ method, path }: DoorRequest): boolean =>
  ["GET", "HEAD"].includes(method) && /^\/docs(?:\/|$)/.test(path);

/** A browser that sends a form and shows what comes back. */
const isForm = ({ method, header }: DoorRequest): boolean =>
  method === "POST" && header("sec-fetch-mode") === "navigate";

const isAction = (request: DoorRequest): boolean =>
  !["GET", "HEAD", "OPTIONS"].includes(request.method) && !isForm(request);

const hasCredential = ({ header }: DoorRequest): boolean =>
  ["authorization", "x-api-key", "x-goog-api-key"].some((name) => header(name) !== undefined);

/** Carries what no browser sends for a page. */
const isFromProgram = (request: DoorRequest): boolean => isAction(request) || hasCredential(request);

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
  if (isDocumentation(request)) return undefined;
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
