import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setBudget } from "../domain/budgets/index.ts";
import { sendRaw, type RawAnswer } from "../../test/send-raw.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";

let test: ListeningGateway;

beforeAll(async () => {
  test = await openListeningGateway();
});
afterAll(() => test.close());
beforeEach(() => test.sandbox.reset());

const model = "openai/gpt-4o-mini";
const prompt = "Tell me, in as many words as you like, how the weather will be in Graz tomorrow.";
const messages = [{ role: "user", content: prompt }];

const record = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) throw new Error("not an object");
  return value as Readonly<Record<string, unknown>>;
};

interface Door {
  readonly name: string;
  readonly path: string;
  readonly body: object;
  /** The error in the door's own envelope. */
  readonly errorOf: (body: unknown) => Readonly<Record<string, unknown>>;
  readonly nexusCode: string;
}

const errorAt = (body: unknown) => record(record(body).error);

const doors: readonly Door[] = [
  {
    name: "REST",
    path: "/api/ai/generate-text",
    body: { model, prompt, maxOutputTokens: 20 },
    errorOf: errorAt,
    nexusCode: "code",
  },
  {
    name: "tRPC",
    path: "/api/trpc/ai.generateText",
    body: { model, prompt, maxOutputTokens: 20 },
    errorOf: (body) => record(record(record(errorAt(body).json).data).nexus),
    nexusCode: "code",
  },
  {
    name: "OpenAI",
    path: "/v1/chat/completions",
    body: { model, messages, max_tokens: 20 },
    errorOf: errorAt,
    nexusCode: "nexus_code",
  },
  {
    name: "OpenAI, streamed",
    path: "/v1/chat/completions",
    body: { model, messages, max_tokens: 20, stream: true },
    errorOf: errorAt,
    nexusCode: "nexus_code",
  },
  {
    name: "Anthropic",
    path: "/v1/messages",
    body: { model, messages, max_tokens: 20 },
    errorOf: errorAt,
    nexusCode: "code",
  },
];

const send = (credential: string, { path, body }: Door): Promise<RawAnswer> =>
  sendRaw(test.port, {
    method: "POST",
    path,
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe.each(doors)("$name", (door) => {
  const refused = async (status: number, body: unknown) => {
    test.sandbox.script({
      vendor: "openai",
      times: 1,
      faults: [{ name: "raw", status, body: typeof body === "string" ? body : JSON.stringify(body) }],
    });
    const { credential } = test.issue();
    const answer = await send(credential, door);
    return { answer, error: door.errorOf(JSON.parse(answer.text)) };
  };

  it.each([400, 403, 404, 413, 415, 422])("a vendor's %i stays one, with its code, field and words", async (status) => {
    const { answer, error } = await refused(status, {
      error: {
        message: "max_tokens is above 16384.",
        type: "invalid_request_error",
        param: "max_tokens",
        code: "too_large_value",
      },
    });
    expect(answer.status).toBe(status);
    expect(error).toMatchObject({
      [door.nexusCode]: "PROVIDER_REJECTED",
      message: "The vendor refused the request: max_tokens is above 16384.",
      effect: "none",
      details: {
        vendor: "openai",
        vendorError: { status, code: "too_large_value", type: "invalid_request_error", param: "max_tokens" },
      },
      docs: expect.stringMatching(/^https?:\/\/[^/]+\/docs\/errors#provider-rejected$/),
    });
    expect(answer.headers["x-should-retry"]).toBe("false");
  });

  it.each([
    [{ detail: [{ loc: ["body", "n"], msg: "must be 1", type: "value_error" }] }, "n: must be 1"],
    [{ message: "n must be 1" }, "n must be 1"],
    [{ errors: [{ message: "n must be 1" }] }, "n must be 1"],
    ["n must be 1", "n must be 1"],
    [{ error: { message: `Not allowed: ${prompt}` } }, "Not allowed: …"],
  ])("whatever the vendor's shape: %j", async (body, told) => {
    const { answer, error } = await refused(400, body);
    expect(answer.status).toBe(400);
    expect(error["message"]).toBe(`The vendor refused the request: ${told}`);
  });

  it("an error in an answer of 200 is a refusal and no charge", async () => {
    const { answer, error } = await refused(200, { error: { message: "No such thing.", code: 404 } });
    expect(answer.status).toBe(404);
    expect(error).toMatchObject({ effect: "none", message: expect.stringContaining("No such thing.") });
  });

  it("a budget that refuses is named, with how full it is and when it resets", async () => {
    const { credential, organizationId } = test.issue();
    await setBudget(
      test.deps,
      { ...operatorNamed("test"), organizationId },
      { scope: "organization", period: "day", limitNanos: "1" },
    );
    await test.refresh();
    const answer = await send(credential, door);
    expect(answer.status).toBe(402);
    const error = door.errorOf(JSON.parse(answer.text));
    expect(error).toMatchObject({
      code: "BUDGET_EXCEEDED",
      message: expect.stringMatching(
        /^The hard budget of the organization \(day, .*0\.000000001 USD.* It resets at 20.*Z\. A person can ask for more at http.*\/me\?ask=[0-9a-f-]{36}$/,
      ),
      details: {
        neededNanoUsd: expect.stringMatching(/^\d+$/),
        budget: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          scope: "organization",
          scopeId: null,
          period: "day",
          limitNanos: "1",
          spentNanos: "0",
          reservedNanos: "0",
          nextResetAt: expect.stringMatching(/T00:00:00\.000Z$/),
        },
      },
    });
    const seconds = Number(answer.headers["retry-after"]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(86_400);
    expect(answer.headers["x-should-retry"]).toBe("false");
  });

  it("a budget that does not reset says so, and names whose it is", async () => {
    const userId = "usr_spender";
    const { credential, organizationId } = test.issue({ userId });
    await setBudget(
      test.deps,
      { ...operatorNamed("test"), organizationId },
      { scope: "user", scopeId: userId, period: "total", limitNanos: "1" },
    );
    await test.refresh();
    const answer = await send(credential, door);
    expect(answer.status).toBe(402);
    expect(door.errorOf(JSON.parse(answer.text))).toMatchObject({
      message: expect.stringContaining("It does not reset."),
      details: { budget: { scope: "user", scopeId: userId, period: "total", nextResetAt: null } },
    });
    expect(answer.headers["retry-after"]).toBeUndefined();
  });
});

it("the OpenAI door says the vendor's own code and field, which clients of that dialect act on", async () => {
  test.sandbox.script({
    vendor: "openai",
    times: 1,
    faults: [
      {
        name: "raw",
        status: 400,
        body: JSON.stringify({
          error: {
            message: "Too long.",
            type: "invalid_request_error",
            param: "messages",
            code: "context_length_exceeded",
          },
        }),
      },
    ],
  });
  const { credential } = test.issue();
  const [door] = doors.filter(({ name }) => name === "OpenAI");
  if (!door) throw new Error("no door");
  const answer = await send(credential, door);
  expect(door.errorOf(JSON.parse(answer.text))).toMatchObject({
    code: "context_length_exceeded",
    param: "messages",
    type: "invalid_request_error",
    nexus_code: "PROVIDER_REJECTED",
  });
});

it("what is shut is shown on /metrics, without anybody's secret", async () => {
  const { credential } = test.issue();
  test.sandbox.script({ vendor: "google", times: 1, faults: [{ name: "raw", status: 402, body: "" }] });
  const body = { model: "google/gemini-2.5-flash", prompt: "Hello", maxOutputTokens: 20 };
  const rest = { name: "", path: "/api/ai/generate-text", body, errorOf: errorAt, nexusCode: "code" };
  const answer = await send(credential, rest);
  expect([answer.status, errorAt(JSON.parse(answer.text))["code"]]).toEqual([502, "PROVIDER_ACCOUNT_EXHAUSTED"]);
  expect(Number(answer.headers["retry-after"])).toBe(60);
  const again = await send(credential, rest);
  expect(errorAt(JSON.parse(again.text))).toMatchObject({
    code: "PROVIDER_ACCOUNT_EXHAUSTED",
    details: { vendor: "google", circuit: "open", scope: "credential", reason: "account" },
  });
  expect(Number(again.headers["retry-after"])).toBeGreaterThan(0);
  const { text } = await sendRaw(test.port, { method: "GET", path: "/metrics", headers: { host: "localhost" } });
  expect(text).toMatch(
    /^nexus_circuit_open\{vendor="google",model="",credential="[\w-]+",scope="credential",reason="account"\} 1$/m,
  );
  expect(text).toMatch(/^nexus_circuit_retry_seconds\{vendor="google",.*\} \d+$/m);
});
