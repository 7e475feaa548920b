import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendRaw, askOverRest, askOverTrpc, type AskFor, type RawAnswer, type RawAsk } from "../../test/send-raw.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

let test: ListeningGateway;
let credential: string;

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential } = test.issue());
});
afterAll(() => test.close());

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The error that an envelope of any door holds. */
const errorsIn = (text: string): Readonly<Record<string, unknown>>[] => {
  const parsed: unknown = JSON.parse(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).flatMap((one: unknown) => {
    if (!isRecord(one) || !isRecord(one["error"])) return [];
    const { error } = one;
    const trpc =
      isRecord(error["json"]) && isRecord(error["json"]["data"]) ? error["json"]["data"]["nexus"] : undefined;
    return isRecord(trpc) ? [trpc] : [error];
  });
};

/** What is wrong with an answer: it is a success, or a typed refusal of which nothing came; never a fault of ours. */
const faultOf = ({ status, headers, text }: RawAnswer): string | undefined => {
  // What a model wrote may fit no schema that was made up.
  const madeUp = status === 502;
  if (status >= 500 && status !== 503 && !madeUp) return "a fault of ours";
  if (!madeUp && typeof headers["x-request-id"] !== "string") return "no id of the request";
  if (status < 400) return undefined;
  const [error] = errorsIn(text);
  if (madeUp) return error?.["code"] === "OBJECT_INVALID" && error["effect"] === "done" ? undefined : "a fault of ours";
  if (error?.["effect"] !== "none") return "no error of which nothing came";
  const code = error["nexus_code"] ?? error["code"];
  if (typeof code !== "string" || !/^[A-Z_]+$/.test(code) || code === "INTERNAL") return "no code of ours";
  if (typeof headers["x-should-retry"] !== "string") return "no word on trying again";
  return headers["cache-control"] === "no-store" ? undefined : "an error that may be kept";
};

/** Thousands of answers are looked at, and the expectations of each would take as long as some of them. */
const expectDefined = (answer: RawAnswer, about: string): void => {
  const fault = faultOf(answer);
  if (fault !== undefined) expect.fail(`${fault}: ${about} → ${answer.status} ${answer.text.slice(0, 400)}`);
};

const send = async (request: RawAsk, about: string): Promise<RawAnswer> => {
  const answer = await sendRaw(test.port, {
    ...request,
    headers: { authorization: `Bearer ${credential}`, ...request.headers },
  });
  expectDefined(answer, `${about}: ${request.method} ${request.path.slice(0, 200)}`);
  return answer;
};

/** Several at a time: the server has more to do than to wait. */
const sendAll = async (requests: readonly (readonly [RawAsk, string])[]): Promise<void> => {
  const left = [...requests];
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) await send(...next);
  };
  await Promise.all(Array.from({ length: 6 }, work));
};

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

const procedures = listProcedures();
const doors: readonly (readonly [string, AskFor])[] = [
  ["tRPC", askOverTrpc],
  ["REST", askOverRest],
];

const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }], max_tokens: 8 };
const dialects: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["/v1/chat/completions", { ...chat, temperature: 0.5, n: 1, tools: [], stop: ["x"], user: "u", seed: 1 }],
  ["/v1/images/generations", { model: "openai/gpt-image-1.5", prompt: "A boat" }],
  ["/v1/audio/speech", { model: "openai/tts-1", voice: "alloy", input: "Hello" }],
  ["/v1/rerank", { model: "cohere/rerank-v3.5", query: "one", documents: ["one"] }],
  ["/v1/moderations", { model: "openai/omni-moderation-latest", input: ["one"] }],
  ["/v1/embeddings", { model: "openai/text-embedding-3-small", input: ["one"], dimensions: 8 }],
  ["/v1/messages", { ...chat, model: "anthropic/claude-sonnet-4-5", system: "s", stop_sequences: ["x"], top_k: 3 }],
];

const inputOf = (name: string): Readonly<Record<string, unknown>> => {
  const { [name]: input } = procedureInputs;
  if (!input) throw new Error(`procedure-inputs.ts has no input for ${name}`);
  return input;
};

/** Paths that take a body of their own choosing. */
const posts: readonly (readonly [string, string, string])[] = [
  ...dialects.map(([path, body]) => ["POST", path, JSON.stringify(body)] as const),
  ...procedures
    .filter(({ type }) => type === "mutation")
    .flatMap((procedure) =>
      doors.flatMap(([, askFor]) => {
        const { method, path, body } = askFor(procedure, inputOf(procedure.name));
        return typeof body === "string" ? [[method, path, body] as const] : [];
      }),
    ),
];

/** Each is either JSON that no field holds, or no JSON at all. */
const bodies: Readonly<Record<string, string | Buffer>> = {
  empty: "",
  blank: "   ",
  "a bare string": '"text"',
  "a bare number": "1e400",
  null: "null",
  true: "true",
  "a list": "[]",
  "a list of lists": "[[],[]]",
  "an empty object": "{}",
  NUL: "\0",
  "NUL inside": '{"a":"\0"}',
  "a comment": "{/* */}",
  "single quotes": "{'a':1}",
  "a trailing comma": '{"a":1,}',
  "trailing data": "{}{}",
  NaN: '{"a":NaN}',
  "a leading zero": '{"a":01}',
  hex: '{"a":0x10}',
  "a byte-order mark": Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from("{}")]),
  "UTF-16": Buffer.from('{"a":1}', "utf16le"),
  "overlong UTF-8": Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
  "a UTF-8 surrogate": Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  "a cut character": Buffer.from([0x22, 0xe2, 0x82]),
  "20,000 levels of lists": `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  "20,000 levels of objects": `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  "brackets without an end": "[".repeat(20_000),
  "an unended string": '{"a":"',
  "an escape at the end": '{"a":"\\',
  "inherited names":
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1}',
};

const bodiesInTurn = 3;

describe("a body", () => {
  // JSON is read before it is known whose it is: each path that takes a body meets every few of these, and each of these every door.
  it.each(Object.entries(bodies).map(([name, body], turn) => [name, body, turn] as const))(
    "%s is refused at every door",
    async (name, body, turn) => {
      await sendAll(
        posts
          .filter((_post, index) => index < dialects.length || (index + turn) % bodiesInTurn === 0)
          .map(([method, path]) => [{ method, path, headers: { "content-type": "application/json" }, body }, name]),
      );
    },
  );

  it("cut anywhere, or with a key twice, has a defined result", async () => {
    const cuts = dialects.flatMap(([path, body]) => {
      const text = JSON.stringify(body);
      return Array.from({ length: text.length }, (_unused, at): [RawAsk, string] => [
        { method: "POST", path, headers: { "content-type": "application/json" }, body: text.slice(0, at) },
        `cut at ${at}`,
      ]);
    });
    const doubled = posts.map(([method, path, text]): [RawAsk, string] => [
      { method, path, headers: { "content-type": "application/json" }, body: text.replace("{", '{"model":7,"id":7,') },
      "a key twice",
    ]);
    await sendAll([...cuts, ...doubled]);
  });

  it.each([
    ["keys", `{${Array.from({ length: 1_000_000 }, (_unused, at) => `"k${at}":1`).join(",")}}`],
    ["empty lists", `{"providerOptions":{"a":{"b":[${"[],".repeat(1_000_000)}[]]}}}`],
    ["numbers", `{"model":"a/b","values":[${"1,".repeat(1_000_000)}1],"messages":[${"1,".repeat(1_000_000)}1]}`],
  ])("of a million %s is refused in good time", async (name, body) => {
    for (const path of ["/v1/chat/completions", "/api/ai/generate-text", "/api/trpc/ai.embed", "/api/keys"]) {
      const { status } = await send(
        { method: "POST", path, headers: { "content-type": "application/json" }, body },
        `a million ${name}`,
      );
      expect([400, 413]).toContain(status);
    }
  });

  it("of 30 MB is refused before it is read", async () => {
    const before = process.memoryUsage().rss;
    const body = Buffer.alloc(30 * 1024 * 1024, " ");
    const kept = process.memoryUsage().rss - before;
    const paths = ["/v1/chat", "/v1/embeddings", "/v1/messages", "/api/ai", "/api/trpc/ai", "/api/trpc/keys"].flatMap(
      (prefix) => posts.find(([, path]) => path.startsWith(prefix))?.[1] ?? [],
    );
    for (const path of paths) {
      const { status } = await send(
        { method: "POST", path, headers: { "content-type": "application/json" }, body },
        "30 MB",
      );
      expect(status).toBe(413);
    }
    expect(process.memoryUsage().rss - before - Math.max(kept, body.byteLength)).toBeLessThan(50 * 1024 * 1024);
  });

  it.each([
    ["text/plain", {}],
    ["application/x-www-form-urlencoded", {}],
    ["multipart/form-data; boundary=x", {}],
    ["application/jsonp", {}],
    ["application/json, text/plain", {}],
    ["", {}],
    ["application/json", { "content-encoding": "gzip" }],
    ["application/json", { "content-encoding": "br, gzip" }],
  ])("of type %j with %j is refused", async (type, headers) => {
    for (const [method, path] of posts) {
      const { status } = await send(
        { method, path, headers: { "content-type": type, ...headers }, body: gzipSync("{}") },
        type,
      );
      expect(status).toBe(415);
    }
  });
});

const longText = "x".repeat(100_000);

/** In place of any field. */
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number("9007199254740993"),
  1e308,
  "",
  " ",
  longText,
  "\0",
  "a\0b",
  "\u0001\u001b[31m\u007f",
  "\u202eabc\u2066",
  "\ud800",
  "e\u0301\u200b\ufeff",
  "👩‍👩‍👧‍👦".repeat(20),
  "__proto__",
  "constructor",
  "null",
  "'; drop table nexus.entry; --",
  "${7*7}{{7*7}}",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "%s%n%00",
  "-0",
  "1e3",
  "9223372036854775807",
  "9223372036854775808",
  "99999999999999999999999",
  "١٢٣",
  "1,00",
  "NaN",
  "Infinity",
  "2026-02-30T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "2026-11-21T12:00:60Z",
  "2024-02-29T00:00:00+14:00",
  "Mars/Olympus",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "{01a20028-f85c-706b-b97e-0071d41bb937}",
  "01A20028-F85C-706B-B97E-0071D41BB937",
  [],
  {},
  [[[]]],
  ["\0"],
  [null],
  Array.from({ length: 3_000 }, () => "x"),
  { __proto__: null, constructor: 1 },
  { "\0": "\0" },
  { "\ud800": "x" },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

type Input = Readonly<Record<string, unknown>>;

/** The input with a field, at the top or one below it, being something else. */
const mutations = (input: Input, field: string): Input[] =>
  values.flatMap((value) => {
    const { [field]: present } = input;
    return [
      { ...input, [field]: value },
      ...(isRecord(present)
        ? Object.keys(present).map((key) => ({ ...input, [field]: { ...present, [key]: value } }))
        : []),
      ...(Array.isArray(present) ? [{ ...input, [field]: [value] }] : []),
    ];
  });

/** Fields that nobody may write. */
const assigned = ["id", "orgId", "organizationId", "role", "isSuperadmin", "spent", "limit", "constructor", "toString"];

/** Streams answer 200 before they fail; their mutations are those of the same input at the door without a stream. */
const answering = procedures.filter(({ streaming }) => !streaming);

/** What stands deeper in a request for text, being something else. */
const deeper: Readonly<Record<string, (value: unknown) => Input>> = {
  "a message": (value) => ({ messages: [value] }),
  "a role": (value) => ({ messages: [{ role: value, content: "x" }] }),
  "a content": (value) => ({ messages: [{ role: "user", content: value }] }),
  "a text": (value) => ({ messages: [{ role: "user", content: [{ type: "text", text: value }] }] }),
  "a kind of content": (value) => ({ messages: [{ role: "user", content: [{ type: value }] }] }),
  "a tool call": (value) => ({ messages: [{ role: "assistant", content: null, tool_calls: [value] }] }),
  "a tool": (value) => ({ tools: [value] }),
  "a function": (value) => ({ tools: [{ type: "function", function: value }] }),
  "a choice and a format": (value) => ({ tool_choice: value, response_format: value }),
};

/** The fields of all inputs, each with its place among them. */
const fields = answering
  .flatMap((procedure) => Object.keys(inputOf(procedure.name)).map((field) => [procedure, field] as const))
  .map(([procedure, field], turn) => [procedure.name, field, procedure, turn] as const);

/** A JSON body is read by the same schema at both doors: every third value is sent to the second one, and the others to the first. */
const inTurn = 3;

describe("a field", () => {
  // Of an organization of its own: a vendor key that one case stores is nothing another one calls with.
  beforeEach(() => {
    ({ credential } = test.issue());
  });

  describe.each(doors)("at the %s door", (door, askFor) => {
    it.each(answering.map((procedure) => [procedure.name, procedure] as const))(
      "that %s does not have is refused",
      async (name, procedure) => {
        const input = inputOf(name);
        for (const field of assigned.filter((each) => !Object.hasOwn(procedure.input.shape, each))) {
          const { status } = await send(askFor(procedure, { ...input, [field]: "1" }), `${door} ${name} with ${field}`);
          expect(status, field).toBe(400);
        }
      },
    );

    it.each(fields)("of %s, %s, that is something else has a defined result", async (name, field, procedure, turn) => {
      const asked = mutations(inputOf(name), field).map((one) => [askFor(procedure, one), one] as const);
      await sendAll(
        asked
          .filter(([{ body }], index) => body === undefined || ((index + turn) % inTurn === 0) === (door === "REST"))
          .map(([request, one]) => [request, `${door} ${name} ${JSON.stringify(one).slice(0, 300)}`]),
      );
    });
  });

  const sendBodies = (path: string, inputs: readonly Input[]): Promise<void> =>
    sendAll(
      inputs.map((one) => [
        { method: "POST", path, headers: { "content-type": "application/json" }, body: JSON.stringify(one) },
        JSON.stringify(one).slice(0, 300),
      ]),
    );

  it.each(dialects.flatMap(([path, body]) => Object.keys(body).map((field) => [path, field, body] as const)))(
    "of %s, %s, that is something else has a defined result",
    (path, field, body) => sendBodies(path, mutations(body, field)),
  );

  it.each(
    dialects
      .filter(([, body]) => Array.isArray(body["messages"]))
      .flatMap(([path, body]) => Object.entries(deeper).map(([what, change]) => [path, what, body, change] as const)),
  )("of %s, deeper, %s, that is something else has a defined result", (path, _what, body, change) =>
    sendBodies(
      path,
      values.map((value) => ({ ...body, ...change(value) })),
    ),
  );
});

describe("a path", () => {
  it.each([
    "/api/trpc",
    "/api/trpc/",
    "/api/trpc/%",
    "/api/trpc/operations.list/../keys.list",
    "/api/trpc/__proto__",
    "/api/trpc/constructor.constructor",
    "/api/trpc/usage",
    "/api/trpc/operations.list?batch=1&input={",
    "/api/trpc/operations.list?batch=1&input=[]",
    "/api/trpc/operations.list?input=%00",
    "/api/trpc/operations.list?input=null",
    "/api/usage/",
    "/api/operations/%00",
    "/api/operations/%ff",
    "/api/operations/%",
    "/api/operations/..%2f..",
    "/api/keys/__proto__",
    "/api/keys//rotate",
    "/api/operations?limit=5&limit=6",
    "/api/operations?limit=1e2",
    "/api/operations?limit=%00",
    "/api/operations?%00=1",
    "/api/operations?__proto__[polluted]=1&constructor.prototype.polluted=1",
    "/api/nothing",
    "/v1",
    "/v1/",
    "/v1/models/",
    "/v1/models/%00",
    "/v1/models/%",
    "/v1/models/__proto__",
    "/v1/models/..%2f..%2f",
    "/v1/messages/count_tokens",
  ])("%s has a defined result for every method", async (path) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
      await send({ method, path, headers: { "content-type": "application/json" } }, "an odd path");
  });
});

describe("a batch", () => {
  const batch = (name: string, calls: number): RawAsk => ({
    method: "GET",
    path: `/api/trpc/${Array.from({ length: calls }, () => name).join(",")}?batch=1&input=${encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: calls }, (_unused, at) => [at, {}]))))}`,
  });

  it("holds ten calls and not eleven", async () => {
    expect((await send(batch("preferences.get", 10), "ten")).status).toBe(200);
    expect((await send(batch("preferences.get", 11), "eleven")).status).toBe(400);
  });

  it("holds no call that costs money", async () => {
    const before = test.sandbox.requests().length;
    const { text } = await send(
      {
        method: "POST",
        path: "/api/trpc/ai.generateText,ai.generateText?batch=1",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ 0: inputOf("ai.generateText"), 1: inputOf("ai.generateText") }),
      },
      "two calls",
    );
    expect(errorsIn(text)).toHaveLength(2);
    expect(test.sandbox.requests()).toHaveLength(before);
  });
});

describe("a header", () => {
  it.each([
    ["authorization", "Bearer"],
    ["authorization", "Basic eDp5"],
    ["authorization", `Bearer ${"x".repeat(9_000)}`],
    ["authorization", "Bearer ' or 1=1 --"],
    ["x-nexus-organization-id", "a,b"],
    ["x-nexus-organization-id", "../x"],
    ["x-service-id", "srv_a srv_b"],
    ["idempotency-key", "x".repeat(256)],
    ["idempotency-key", "\u00e4"],
    ["x-nexus-hop", "1"],
    ["x-nexus-service-token", "a,b"],
  ])("%s: %s is refused at every door", async (name, value) => {
    for (const path of ["/api/operations", "/api/trpc/preferences.get?input={}", "/v1/models", "/v1/messages"]) {
      const { status } = await send({ method: "GET", path, headers: { [name]: value } }, name);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
