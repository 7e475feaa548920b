import { createNexusClient, NexusClientError } from "@topolo/nexus-client";
import type { GenerateTextInput } from "../../server/contracts/ai/generate-text.ts";
import type { EdgeDoor } from "./edge-table.ts";

type Json = Readonly<Record<string, unknown>>;

/** A question that every door can be asked. */
export interface EdgeQuestion {
  readonly model: string;
  readonly prompt?: string;
  readonly maxTokens?: number;
  readonly stream?: boolean;
  /** Members of the door's own body, beside or in place of what stands there. */
  readonly body?: Json;
}

/** What came back, in no door's words. */
export interface EdgeAnswer {
  readonly status: number;
  readonly text: string;
  /** Endings of a stream that say it is whole: `[DONE]`, `message_stop`, a finish that is not `interrupted`. */
  readonly endings: number;
  readonly error: EdgeError | undefined;
  readonly operationId: string | undefined;
  /** Everything that was sent back, for searching. */
  readonly raw: string;
}

export interface EdgeError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly details: Json;
  readonly retryAfterMs: number | undefined;
}

interface Ask {
  readonly url: string;
  readonly credential: string;
  readonly question: EdgeQuestion;
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let found: unknown = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found;
};
const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
};
const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

/** The error of an envelope, whichever door it comes from. */
const errorIn = (value: unknown): EdgeError | undefined => {
  const error = at(value, "error");
  if (!isJson(error)) return undefined;
  const issues = at(error, "issues");
  const details = at(error, "details");
  const retryAfterMs = at(error, "retryAfterMs");
  return {
    code: textAt(error, "code"),
    message: textAt(error, "message"),
    fields: Array.isArray(issues) ? issues.map((issue) => textAt(issue, "field")) : [],
    details: isJson(details) ? details : {},
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
};

const typedBody = ({ model, prompt = "Hello?", maxTokens = 64, body = {} }: EdgeQuestion): Json => ({
  model,
  ...("messages" in body ? {} : { prompt }),
  maxOutputTokens: maxTokens,
  ...body,
});

/** Whether the server takes it is what is being asked. */
const asInput = (body: Json): GenerateTextInput => body as GenerateTextInput;

interface Part {
  readonly type: string;
}

const readParts = (parts: readonly Part[]): Omit<EdgeAnswer, "status" | "raw"> => {
  let text = "";
  let endings = 0;
  let error: EdgeError | undefined;
  let operationId: string | undefined;
  for (const part of parts) {
    if (part.type === "text-delta") text += textAt(part, "delta");
    if (part.type === "stream-start") operationId = textAt(part, "operationId");
    if (part.type === "finish" && textAt(part, "finishReason") !== "interrupted") endings += 1;
    if (part.type === "error") error = errorIn(part);
  }
  return { text, endings, error, operationId };
};

const askTrpc = async ({ url, credential, question }: Ask): Promise<EdgeAnswer> => {
  const { ai } = createNexusClient({ baseUrl: url, credential: { bearer: credential }, maxAttempts: 1 });
  const input = asInput(typedBody(question));
  try {
    if (question.stream === true) {
      const parts: Part[] = [];
      for await (const part of await ai.streamText.mutate(input)) parts.push(part);
      return { status: 200, ...readParts(parts), raw: JSON.stringify(parts) };
    }
    const answer = await ai.generateText.mutate(input);
    const { text, nexus } = answer;
    return {
      status: 200,
      text,
      endings: 0,
      error: undefined,
      operationId: nexus.operationId,
      raw: JSON.stringify(answer),
    };
  } catch (error) {
    if (!NexusClientError.is(error)) throw error;
    const { code, message, issues = [], details = {}, retryAfterMs, operationId } = error;
    const told = { code, message, fields: issues.map(({ field }) => field), details, retryAfterMs };
    return {
      status: error.data?.httpStatus ?? 0,
      text: "",
      endings: 0,
      error: told,
      operationId,
      raw: JSON.stringify([error.data, error.shape, message]),
    };
  }
};

/** Objects of server-sent events; a line of comment or anything else is none. */
const dataOf = (raw: string): readonly unknown[] =>
  raw
    .split(/\r\n|\r|\n/)
    .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trim()] : []))
    .map((data) => (data === "[DONE]" ? data : parse(data)));

interface Post {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** A door of plain HTTP: what is sent, and how an answer is read. */
interface HttpDoor {
  readonly post: (question: EdgeQuestion) => Post;
  readonly whole: (body: unknown) => string;
  readonly streamed: (objects: readonly unknown[]) => Pick<EdgeAnswer, "text" | "endings" | "error">;
  /** Where its envelope is not the others'. */
  readonly errorIn?: (body: unknown) => EdgeError | undefined;
}

const dialectBody = ({ model, prompt = "Hello?", maxTokens = 64, stream = false, body = {} }: EdgeQuestion): Json => ({
  model,
  messages: [{ role: "user", content: prompt }],
  max_tokens: maxTokens,
  ...(stream ? { stream } : {}),
  ...body,
});

interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly type: string; readonly text: string }[];
}

const isMessage = (value: unknown): value is Message => isJson(value) && "role" in value && "content" in value;

/** The question's messages, however the door spells them, and the rest of its body. */
const turnsOf = ({ prompt = "Hello?", body: { messages, ...body } = {} }: EdgeQuestion) => ({
  turns: Array.isArray(messages) ? messages.filter(isMessage) : [{ role: "user", content: prompt }],
  body,
});

const partsOf = ({ content }: Message): readonly { readonly text: string }[] =>
  typeof content === "string" ? [{ text: content }] : content.map(({ text }) => ({ text }));

const responsesBody = (question: EdgeQuestion): Json => {
  const { turns, body } = turnsOf(question);
  const { model, maxTokens = 64, stream = false } = question;
  const input = turns.map((turn) => ({
    role: turn.role,
    content: partsOf(turn).map(({ text }) => ({
      type: turn.role === "assistant" ? "output_text" : "input_text",
      text,
    })),
  }));
  return { model, input, max_output_tokens: maxTokens, ...(stream ? { stream } : {}), ...body };
};

const googleBody = (question: EdgeQuestion): Json => {
  const { turns, body } = turnsOf(question);
  const contents = turns.map((turn) => ({
    role: turn.role === "assistant" ? "model" : turn.role,
    parts: partsOf(turn),
  }));
  return { contents, generationConfig: { maxOutputTokens: question.maxTokens ?? 64 }, ...body };
};

const interactionBody = (question: EdgeQuestion): Json => {
  const { turns, body } = turnsOf(question);
  const input = turns.map((turn) => ({
    type: turn.role === "assistant" ? "model_output" : "user_input",
    content: partsOf(turn).map(({ text }) => ({ type: "text", text })),
  }));
  const { model, maxTokens = 64, stream = false } = question;
  return {
    model,
    input,
    generation_config: { max_output_tokens: maxTokens },
    ...(stream ? { stream } : {}),
    ...body,
  };
};

const detailOf = (error: unknown, name: string): unknown => {
  const details = at(error, "details");
  return Array.isArray(details) ? details.find((one) => textAt(one, "@type").endsWith(`.${name}`)) : undefined;
};

/** Google's envelope: what Nexus says of an error stands in its details. */
const googleErrorIn = (value: unknown): EdgeError | undefined => {
  const error = at(Array.isArray(value) ? value[0] : value, "error");
  if (!isJson(error)) return undefined;
  const violations = at(detailOf(error, "BadRequest"), "fieldViolations");
  const details = at(detailOf(error, "Struct"), "value");
  return {
    code: textAt(detailOf(error, "ErrorInfo"), "reason"),
    message: textAt(error, "message"),
    fields: Array.isArray(violations) ? violations.map((one) => textAt(one, "field")) : [],
    details: isJson(details) ? details : {},
    retryAfterMs: undefined,
  };
};

/** The end of a stream of responses that failed, or an event of its own. */
const responsesErrorIn = (value: unknown): EdgeError | undefined => {
  const told = at(value, "type") === "error" ? { error: value } : at(value, "response");
  return errorIn(told);
};

/** The event by which a stream of an interaction fails. */
const interactionErrorIn = (value: unknown): EdgeError | undefined =>
  at(value, "event_type") === "error" ? errorIn(value) : undefined;

const firstError = (objects: readonly unknown[]): EdgeError | undefined =>
  objects.map(errorIn).find((error) => error !== undefined);

const googleText = (body: unknown): string => {
  const parts = at(body, "candidates", 0, "content", "parts");
  return Array.isArray(parts) ? parts.map((part) => textAt(part, "text")).join("") : "";
};

const httpDoors: Readonly<Record<Exclude<EdgeDoor, "trpc">, HttpDoor>> = {
  rest: {
    post: (question) => ({
      path: question.stream === true ? "/api/ai/stream-text" : "/api/ai/generate-text",
      body: typedBody(question),
    }),
    whole: (body) => textAt(body, "text"),
    streamed: (objects) =>
      readParts(objects.flatMap((one) => (isJson(one) ? [{ ...one, type: textAt(one, "type") }] : []))),
  },
  openai: {
    post: (question) => ({ path: "/v1/chat/completions", body: dialectBody(question) }),
    whole: (body) => textAt(body, "choices", 0, "message", "content"),
    streamed: (objects) => ({
      text: objects.map((one) => textAt(one, "choices", 0, "delta", "content")).join(""),
      endings: objects.filter((one) => one === "[DONE]").length,
      error: firstError(objects),
    }),
  },
  responses: {
    post: (question) => ({ path: "/v1/responses", body: responsesBody(question) }),
    whole: (body) => {
      const output = at(body, "output");
      return Array.isArray(output)
        ? output.map((item) => (at(item, "type") === "message" ? textAt(item, "content", 0, "text") : "")).join("")
        : "";
    },
    streamed: (objects) => ({
      text: objects
        .map((one) => (at(one, "type") === "response.output_text.delta" ? textAt(one, "delta") : ""))
        .join(""),
      endings: objects.filter((one) => at(one, "type") === "response.completed").length,
      error: objects.map(responsesErrorIn).find((error) => error !== undefined),
    }),
  },
  google: {
    post: (question) => {
      const method = question.stream === true ? "streamGenerateContent?alt=sse" : "generateContent";
      return {
        path: `/v1beta/models/${encodeURIComponent(question.model)}:${method}`,
        body: googleBody(question),
      };
    },
    whole: (body) => googleText(body),
    streamed: (objects) => ({
      text: objects.map(googleText).join(""),
      endings: objects.filter((one) => textAt(one, "candidates", 0, "finishReason") !== "").length,
      error: objects.map(googleErrorIn).find((error) => error !== undefined),
    }),
    errorIn: googleErrorIn,
  },
  interactions: {
    post: (question) => ({
      path: "/v1beta/interactions",
      body: interactionBody(question),
    }),
    whole: (body) => {
      const steps = at(body, "steps");
      return Array.isArray(steps)
        ? steps.map((step) => (at(step, "type") === "model_output" ? textAt(step, "content", 0, "text") : "")).join("")
        : "";
    },
    streamed: (objects) => ({
      text: objects.map((one) => (at(one, "delta", "type") === "text" ? textAt(one, "delta", "text") : "")).join(""),
      endings: objects.filter((one) => at(one, "event_type") === "interaction.completed").length,
      error: objects.map(interactionErrorIn).find((error) => error !== undefined),
    }),
    errorIn: googleErrorIn,
  },
  anthropic: {
    post: (question) => ({
      path: "/v1/messages",
      headers: { "anthropic-version": "2023-06-01" },
      body: dialectBody(question),
    }),
    whole: (body) => {
      const content = at(body, "content");
      return Array.isArray(content) ? content.map((block) => textAt(block, "text")).join("") : "";
    },
    streamed: (objects) => ({
      text: objects.map((one) => textAt(one, "delta", "text")).join(""),
      endings: objects.filter((one) => at(one, "type") === "message_stop").length,
      error: firstError(objects),
    }),
  },
};

const askHttp = async (door: HttpDoor, { url, credential, question }: Ask): Promise<EdgeAnswer> => {
  const { path, headers, body } = door.post(question);
  const response = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const raw = await response.text();
  const streams = question.stream === true && response.ok;
  const parsed = streams ? undefined : parse(raw);
  const errorOf = door.errorIn ?? errorIn;
  const read = streams ? door.streamed(dataOf(raw)) : { text: door.whole(parsed), endings: 0, error: errorOf(parsed) };
  const waits = response.headers.get("retry-after-ms");
  return {
    status: response.status,
    ...read,
    error: read.error && { ...read.error, retryAfterMs: waits === null ? read.error.retryAfterMs : Number(waits) },
    operationId: response.headers.get("x-nexus-operation-id") ?? /"operationId":"([^"]+)"/.exec(raw)?.[1],
    raw: raw + JSON.stringify([...response.headers]),
  };
};

/** Asks a door as its own clients do: tRPC by the published client, the others by HTTP. */
export const askDoor = (door: EdgeDoor, ask: Ask): Promise<EdgeAnswer> =>
  door === "trpc" ? askTrpc(ask) : askHttp(httpDoors[door], ask);
