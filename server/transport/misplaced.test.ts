import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { openDoors } from "../../test/open-doors.ts";
import { NexusError } from "../errors.ts";
import type { Listener } from "./listen.ts";

let world: TestGateway;
let listener: Listener;

const nobody = async (): Promise<never> => {
  throw new NexusError("UNAUTHENTICATED");
};

beforeAll(async () => {
  world = await openTestGateway();
  listener = await openDoors(world, {
    authenticator: {
      validate: nobody,
      serviceToken: nobody,
      requireMember: nobody,
      organization: nobody,
      isRegisteredApp: () => false,
    },
    authUrl: "http://localhost:1",
  });
});
afterAll(async () => {
  await listener.drain(100);
  await world.close();
});

interface Asked {
  readonly status: number | undefined;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port: listener.port, method, path, headers }, (answer) => {
      json(answer).then((body) => resolve({ status: answer.statusCode, body, headers: answer.headers }), reject);
    });
    request.on("error", reject);
    request.end();
  });

describe("a base URL without /v1", () => {
  it.each([
    ["POST", "/chat/completions"],
    ["POST", "/responses"],
    ["GET", "/responses/resp_1/input_items"],
    ["POST", "/embeddings"],
    ["GET", "/models"],
    ["GET", "/models/openai%2Fgpt-4o-mini"],
    ["POST", "/api/v1/chat/completions"],
    ["POST", "/openai/chat/completions"],
    ["GET", "/files/file_1"],
    ["GET", "/batches/batch_1"],
    ["POST", "/v2/batches"],
  ])("%s %s is answered in OpenAI's envelope, with what to set", async (method, path) => {
    const { status, body, headers } = await ask(method, path);
    expect(status).toBe(404);
    expect(headers["content-type"]).toBe("application/json");
    expect(body).toMatchObject({
      error: { type: "invalid_request_error", code: "NOT_FOUND", message: expect.stringContaining("base URL") },
    });
    expect(JSON.stringify(body)).toContain("followed by /v1");
  });

  it.each(["/completions", "/v1/v1/completions", "/images/variations"])(
    "%s, which is nowhere, is answered with what there is, and not sent to another nowhere",
    async (path) => {
      const { status, body } = await ask("POST", path);
      expect(status).toBe(404);
      expect(body).toMatchObject({
        error: { message: expect.stringMatching(/chat\/completions, responses.*realtime/) },
      });
      expect(JSON.stringify(body)).not.toContain("base URL");
    },
  );

  it.each([
    ["POST", "/messages", {}],
    ["POST", "/messages/count_tokens", {}],
    ["GET", "/models", { "anthropic-version": "2023-06-01" }],
  ])("%s %s of an Anthropic client in Anthropic's", async (method, path, headers) => {
    expect(await ask(method, path, headers)).toMatchObject({
      status: 404,
      body: { type: "error", error: { type: "not_found_error", message: expect.stringContaining("/v1") } },
    });
  });

  it.each([
    ["/v1/v1/messages", { type: "error", error: { type: "not_found_error" } }],
    ["/v1/v1/chat/completions", { error: { type: "invalid_request_error" } }],
  ])("one that has it twice is told so: %s", async (path, body) => {
    const answer = await ask("POST", path);
    expect(answer).toMatchObject({ status: 404, body });
    expect(JSON.stringify(answer.body)).toContain("once too often");
  });
});

describe("whatever else a program asks for beside the API", () => {
  it.each([
    ["POST", "/", {}],
    ["PUT", "/calls", {}],
    ["DELETE", "/members", {}],
    ["PATCH", "/no/such/thing", {}],
    ["GET", "/", { authorization: "Bearer x" }],
    ["GET", "/usage", { "x-api-key": "x" }],
    ["POST", "/api/nothing", {}],
    ["GET", "/api/nothing", {}],
    ["GET", "/api", {}],
  ])("%s %s is JSON", async (method, path, headers) => {
    expect(await ask(method, path, headers)).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
  });

  it("is refused where the path is the API's and nobody asks, in the door's envelope", async () => {
    expect(await ask("POST", "/v1/nothing")).toMatchObject({ status: 401, body: { error: { param: null } } });
  });
});

describe("/metrics without a token", () => {
  it.each(["evil.example", "localhost.evil.example:3000", "127.0.0.1.evil.example"])("is not for %s", async (host) => {
    expect(await ask("GET", "/metrics", { host })).toMatchObject({ status: 421, body: { error: { effect: "none" } } });
  });

  it.each(["localhost", "127.0.0.1:3000", "[::1]:3000", "nexus.example"])("is for %s", async (host) => {
    const answer = await new Promise<number | undefined>((resolve) => {
      httpRequest({ host: "127.0.0.1", port: listener.port, path: "/metrics", headers: { host } }, (answered) => {
        answered.resume();
        resolve(answered.statusCode);
      }).end();
    });
    expect(answer).toBe(200);
  });
});
