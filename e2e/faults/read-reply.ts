import { hash } from "node:crypto";
import type { ReplyLine } from "./evidence.ts";

export type CampaignDoor = "openai" | "rest";

/** A reply as far as it could be understood. */
export type Understood = Omit<ReplyLine, "type" | "call" | "attempt" | "at">;

type Json = Readonly<Record<string, unknown>>;

const objectAt = (value: unknown, ...path: readonly string[]): Json => {
  let at: unknown = value;
  for (const name of path) at = typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined;
  return typeof at === "object" && at !== null ? (at as Json) : {};
};

const textAt = (value: unknown, ...names: readonly string[]): string | null => {
  for (const name of names) {
    const found = objectAt(value)[name];
    if (typeof found === "string") return found;
  }
  return null;
};

/** Enough of an unreadable body to tell who wrote it. */
const shownChars = 300;

const digestOf = (content: string): string => hash("sha256", content).slice(0, 16);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const errorOf = (
  body: unknown,
  text: string,
): Pick<Understood, "code" | "effect" | "operationId" | "wellFormed" | "body"> => {
  const error = objectAt(body, "error");
  const [code, effect] = [textAt(error, "code"), textAt(error, "effect")];
  return {
    code,
    effect,
    operationId: textAt(error, "operation_id", "operationId"),
    wellFormed: code !== null && effect !== null,
    body: code !== null && effect !== null ? null : text.slice(0, shownChars),
  };
};

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const contentOf = (door: CampaignDoor, body: unknown): string | null =>
  door === "rest" ? textAt(body, "text") : textAt(objectAt(firstOf(objectAt(body)["choices"]), "message"), "content");

const readAnswer = async (response: Response, door: CampaignDoor): Promise<Understood> => {
  const requestId = response.headers.get("x-request-id");
  const text = await response.text();
  const body = parsed(text);
  if (response.status !== 200) {
    return {
      status: response.status,
      requestId,
      costNanoUsd: null,
      replayed: false,
      contentDigest: null,
      ...errorOf(body, text),
    };
  }
  const facts = objectAt(body, "nexus");
  const content = contentOf(door, body);
  return {
    status: 200,
    requestId,
    operationId: response.headers.get("x-nexus-operation-id") ?? textAt(facts, "operationId"),
    costNanoUsd: response.headers.get("x-nexus-cost-nano-usd") ?? textAt(facts, "costNanoUsd"),
    code: null,
    effect: null,
    replayed: response.headers.get("x-nexus-replayed") === "true",
    contentDigest: content === null ? null : digestOf(content),
    wellFormed: content !== null,
    body: content === null ? text.slice(0, shownChars) : null,
  };
};

const factsMark = ": nexus ";

/** Status of an answer whose stream began well and ended with a typed error. */
export const brokenOffStatus = 599;

const readStream = async (response: Response, onBytes: (total: number) => void): Promise<Understood> => {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  onBytes(0);
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    onBytes(bytes);
  }
  let content = "";
  let facts: unknown;
  let done = false;
  let failure: unknown;
  for (const event of text.split("\n\n")) {
    if (event.startsWith(factsMark)) facts = parsed(event.slice(factsMark.length));
    if (!event.startsWith("data: ")) continue;
    const data = event.slice("data: ".length);
    if (data === "[DONE]") {
      done = true;
      continue;
    }
    const document = parsed(data);
    if ("error" in objectAt(document)) failure = document;
    else content += textAt(objectAt(firstOf(objectAt(document)["choices"]), "delta"), "content") ?? "";
  }
  const requestId = response.headers.get("x-request-id");
  const replayed = response.headers.get("x-nexus-replayed") === "true";
  if (failure !== undefined) {
    return {
      status: brokenOffStatus,
      requestId,
      costNanoUsd: null,
      replayed,
      contentDigest: null,
      ...errorOf(failure, text.slice(-shownChars)),
    };
  }
  // Neither an ending nor an error: the connection went before either.
  if (!done) throw new Error("the stream stopped");
  return {
    status: 200,
    requestId,
    operationId: response.headers.get("x-nexus-operation-id"),
    costNanoUsd: textAt(facts, "costNanoUsd"),
    code: null,
    effect: null,
    replayed,
    contentDigest: digestOf(content),
    wellFormed: true,
    body: null,
  };
};

/** Reads a reply to its end. Throws where the connection breaks. */
export const readReply = (
  response: Response,
  door: CampaignDoor,
  stream: boolean,
  onBytes: (total: number) => void,
): Promise<Understood> =>
  stream && response.status === 200 ? readStream(response, onBytes) : readAnswer(response, door);
