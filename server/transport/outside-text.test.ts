import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { askOverRest, askOverTrpc, sendRaw, type RawAnswer, type RawAsk } from "../../test/send-raw.ts";
import { parametersOf } from "./rest/rest-route.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

let test: ListeningGateway;
let credential: string;

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential } = test.issue());
});
afterAll(() => test.close());

const procedures = listProcedures();
const ask = (request: RawAsk): Promise<RawAnswer> =>
  sendRaw(test.port, { ...request, headers: { authorization: `Bearer ${credential}`, ...request.headers } });

/** Refused, and by which field; every door says it in its own shape. */
const expectRefused = ({ status, text }: RawAnswer, field: string | RegExp, about: string): void => {
  expect([about, status, text.slice(0, 300)]).toEqual([about, 400, expect.anything()]);
  const named = typeof field === "string" ? `"${field}"` : field;
  if (typeof named === "string") expect([about, text]).toEqual([about, expect.stringContaining(named)]);
  else expect(text, about).toMatch(named);
};

const chat = { model: "openai/gpt-4o-mini", max_tokens: 8 };
const dialects = [
  [
    "/v1/chat/completions",
    (content: string) => ({ ...chat, messages: [{ role: "user", content }] }),
    "messages.0.content",
  ],
  [
    "/v1/messages",
    (content: string) => ({ ...chat, model: "anthropic/claude-sonnet-4-5", messages: [{ role: "user", content }] }),
    "messages.0.content",
  ],
  ["/v1/images/generations", (text: string) => ({ model: "openai/gpt-image-1.5", prompt: text }), "prompt"],
  ["/v1/audio/speech", (text: string) => ({ model: "openai/tts-1", voice: "alloy", input: text }), "input"],
  ["/v1/rerank", (text: string) => ({ model: "cohere/rerank-v3.5", query: "one", documents: [text] }), "documents.0"],
  ["/v1/moderations", (text: string) => ({ model: "openai/omni-moderation-latest", input: [text] }), "input.0"],
  ["/v1/embeddings", (text: string) => ({ model: "openai/text-embedding-3-small", input: [text] }), "input.0"],
] as const;

const post = (path: string, body: unknown): RawAsk => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

describe("text that may not be there", () => {
  it.each(["%00", "%1b", "%0a", "%7f", "%c2%85", "%ed%a0%80", "%ff"])(
    "%s in a query is 400 at every path, by the parameter",
    async (bad) => {
      const paths: RawAsk[] = [
        ...procedures.map(({ rest: { method, path } }) => ({ method, path: path.replaceAll(/\{\w+\}/g, "x") })),
        ...procedures.map(({ name, type }) => ({
          method: type === "query" ? "GET" : "POST",
          path: `/api/trpc/${name}`,
        })),
        ...["/v1/models", "/health", "/health/ready", "/metrics", "/api/openapi.json"].map((path) => ({
          method: "GET",
          path,
        })),
        ...dialects.map(([path]) => ({ method: "POST", path })),
      ];
      for (const { method, path } of paths)
        expectRefused(await ask({ method, path: `${path}?fine=1&of=${bad}` }), "of", path);
    },
  );

  it.each(["%00", "%1b", "%0a", "%c2%85", "%ed%a0%80", "%ff"])(
    "%s in a path is 400 by the name of its segment",
    async (bad) => {
      for (const {
        rest: { method, path },
      } of procedures) {
        for (const name of parametersOf(path))
          expectRefused(
            await ask({ method, path: path.replace(`{${name}}`, bad).replaceAll(/\{\w+\}/g, "x") }),
            name,
            path,
          );
      }
      expectRefused(await ask({ method: "GET", path: `/v1/models/a${bad}` }), /model/, "/v1/models");
    },
  );

  it("is 400 in every procedure's input, at any depth, by its path", async () => {
    for (const procedure of procedures) {
      const { [procedure.name]: input = {} } = procedureInputs;
      for (const bad of ["\0", "\ud800", ...(procedure.metered ? [] : ["\u001b", "\u0085"])]) {
        const spoiled = { ...input, deep: { list: ["fine", { text: `a${bad}` }] } };
        // In JSON the last of them need no escape, so that in a query the parameter itself is wrong.
        const named = procedure.type === "query" ? /"deep\.list\.1\.text"|"input"/ : "deep.list.1.text";
        // A stream's refusals come in its lines.
        if (procedure.streaming) {
          expect(await ask(askOverTrpc(procedure, spoiled))).toMatchObject({
            text: expect.stringMatching(named),
          });
          continue;
        }
        expectRefused(await ask(askOverTrpc(procedure, spoiled)), named, `tRPC ${procedure.name}`);
        if (procedure.type === "mutation" && procedure.rest.method !== "DELETE")
          expectRefused(await ask(askOverRest(procedure, spoiled)), "deep.list.1.text", `REST ${procedure.name}`);
        expectRefused(
          await ask(askOverTrpc(procedure, { ...input, [`na${bad}me`]: 1 })),
          /"na\ufffdme"|"input"/,
          procedure.name,
        );
      }
    }
  });

  it.each(dialects)(
    "is 400 in a prompt at %s only where it is NUL or half a character",
    async (path, bodyOf, field) => {
      for (const bad of ["\0", "a\0b", "\ud800", "\udfffx"])
        expect(await ask(post(path, bodyOf(bad)))).toMatchObject({ status: 400, text: expect.stringContaining(field) });
      for (const fine of ["a\t\r\nb", "\u001b[31mred\u001b[0m", "\u0001\u007f\u0085", "👩‍👩‍👧‍👦", "\\u0000"])
        expect(await ask(post(path, bodyOf(fine)))).toMatchObject({ status: 200 });
    },
  );

  it("may be in a prompt of a procedure as terminals write it", async () => {
    for (const name of ["ai.generateText", "ai.embed"]) {
      const procedure = procedures.find((one) => one.name === name);
      if (!procedure) throw new Error(name);
      const text = "\u001b[1mbold\u001b[0m\t\r\n\u0007";
      const input = { ...procedureInputs[name], ...(name === "ai.embed" ? { values: [text] } : { prompt: text }) };
      for (const door of [askOverTrpc, askOverRest])
        expect(await ask(door(procedure, input))).toMatchObject({ status: 200 });
    }
  });
});

it("a procedure that is asked with the wrong method says which is right", async () => {
  for (const { name, type } of procedures) {
    const [wrong, right] = type === "query" ? ["POST", "GET"] : ["GET", "POST"];
    const answer = await ask({
      method: wrong,
      path: `/api/trpc/${name}`,
      headers: { "content-type": "application/json" },
    });
    expect([name, answer.status, answer.headers["allow"]]).toEqual([name, 405, right]);
  }
});
