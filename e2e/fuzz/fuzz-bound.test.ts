import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../server/contracts/call-context.ts";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { NexusError } from "../../server/errors.ts";
import { call } from "../../server/gateway/call.ts";
import { generateTextRequest } from "../../server/families/ai/index.ts";
import { fromFetch } from "../../server/transport/door-request.ts";
import { createOpenAiDoor } from "../../server/transport/openai/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { flacOf, pdfOf, pngOf, stillVideoOf } from "../../test/media-files.ts";
import { fuzzBound } from "./fuzz-bound.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";

let test: TestGateway;
let hour: string;

beforeAll(async () => {
  test = await openTestGateway();
  hour = (await stillVideoOf(3_600)).toString("base64");
});
afterAll(() => test.close());
beforeEach(() => test.sandbox.reset());

interface Sent {
  readonly model: string;
  readonly mediaType: string;
  readonly data: string;
  /** What is in the file, as the sandbox is told. */
  readonly truth: string;
}

const ask = (ctx: CallContext, { model, mediaType, data, truth }: Sent) =>
  call(
    test.gateway,
    generateTextRequest({
      model,
      maxOutputTokens: 100,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: `[[sandbox:dearest;media=${truth}]] What is this?` },
            { type: "file", mediaType, data },
          ],
        },
      ],
    }),
    ctx,
  );

const refusalOf = async (asked: Promise<unknown>): Promise<NexusError> => {
  const error: unknown = await asked.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!NexusError.is(error)) throw new Error("expected a refusal", { cause: error });
  return error;
};

const withLimit = async (limitNanos: bigint): Promise<CallContext> => {
  const ctx = test.context();
  await setBudget(
    test.deps,
    { ...operatorNamed("test"), organizationId: ctx.organizationId },
    { scope: "organization", period: "total", limitNanos: String(limitNanos) },
  );
  await test.refresh();
  return ctx;
};

describe("small files of great length", () => {
  const flac = flacOf({ seconds: 3_600, saidSeconds: 1 }).toString("base64");
  const pdf = pdfOf({ pages: 100 }).toString("base64");
  it.each([
    ["one hour of silence", "google/gemini-2.5-flash", "audio/flac", () => flac, "audio:3600"],
    ["one hour of one picture", "google/gemini-2.5-flash", "video/mp4", () => hour, "video:3600:0"],
    ["one hour of one picture", "google/gemini-3-flash-preview", "video/mp4", () => hour, "video:3600:0"],
    ["a hundred pages that are one", "anthropic/claude-sonnet-4-5", "application/pdf", () => pdf, "document:100:0"],
    ["a hundred pages that are one", "google/gemini-2.5-pro", "application/pdf", () => pdf, "document:100:0"],
    ["a hundred pages that are one", "openai/gpt-4o", "application/pdf", () => pdf, "document:100:0"],
  ])("cost no more than was held: %s at %s", async (_, model, mediaType, data, truth) => {
    const ctx = test.context();
    const { facts } = await ask(ctx, { model, mediaType, data: data(), truth });
    const { held, cost } = await test.row(facts.operationId);
    expect(cost).toBeGreaterThan(10_000_000n);
    expect(held).toBeGreaterThanOrEqual(cost ?? held);
    expect(held).toBeLessThan((cost ?? 0n) * 3n);
  });
});

it("what people send every day is held at cents", async () => {
  const files = [
    ["image/png", pngOf(1_600, 1_200), "image:1600x1200", "openai/gpt-4o"],
    ["image/png", pngOf(1_600, 1_200), "image:1600x1200", "anthropic/claude-sonnet-4-5"],
    [
      "application/pdf",
      pdfOf({ pages: 1, text: "An invoice. ".repeat(100) }),
      "document:1:1200",
      "anthropic/claude-haiku-4-5",
    ],
    ["audio/flac", flacOf({ seconds: 10 }), "audio:10", "google/gemini-2.5-flash"],
  ] as const;
  const ctx = test.context();
  for (const [mediaType, bytes, truth, model] of files) {
    const { facts } = await ask(ctx, { model, mediaType, data: bytes.toString("base64"), truth });
    expect((await test.row(facts.operationId)).held).toBeLessThan(30_000_000n);
  }
});

it("twelve films at once spend no more than a dollar of a dollar", async () => {
  const limit = 1_000_000_000n;
  const ctx = await withLimit(limit);
  const film = { model: "google/gemini-2.5-flash", mediaType: "video/mp4", data: hour, truth: "video:3600:0" };
  const ends = await Promise.allSettled(Array.from({ length: 12 }, () => ask(ctx, film)));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  for (const end of ends)
    if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "BUDGET_EXCEEDED", effect: "none" });
  const { spent, overrun, reserved } = await test.counters(ctx.organizationId);
  expect(spent).toBeGreaterThan(limit / 2n);
  expect(spent).toBeLessThanOrEqual(limit);
  expect([overrun, reserved]).toEqual([0n, 0n]);
});

it.each([
  ["openai/gpt-4o", "audio/flac", "inputAudio"],
  ["openrouter/perplexity/sonar", "image/png", "request"],
  ["openai/gpt-4o-search-preview", "image/png", "request"],
  ["openrouter/google/gemini-2.5-flash-image", "image/png", "outputImage"],
])("%s with %s is refused before anything is held: %s has no price", async (model, mediaType, unitClass) => {
  const ctx = test.context();
  const bytes = mediaType === "audio/flac" ? flacOf({ seconds: 1 }) : pngOf(2, 2);
  const error = await refusalOf(ask(ctx, { model, mediaType, data: bytes.toString("base64"), truth: "audio:1" }));
  expect(error).toMatchObject({ code: "MODEL_UNPRICED", effect: "none", details: { unitClass } });
  expect(test.sandbox.requests()).toHaveLength(0);
  expect(await test.rows(ctx.organizationId)).toHaveLength(0);
});

it("a film by its address, whose sound has no price, is refused by its place at the door", async () => {
  const ctx = test.context();
  const body = {
    model: "openrouter/google/gemini-2.5-flash",
    messages: [{ role: "user", content: [{ type: "video_url", video_url: { url: "https://example.com/film.mp4" } }] }],
  };
  const request = new Request("http://nexus/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const error = await refusalOf(createOpenAiDoor(test.gateway)(fromFetch(request, ctx.requestId), ctx));
  expect(error).toMatchObject({
    code: "MODEL_UNPRICED",
    details: { unitClass: "inputAudio" },
    issues: [{ field: "messages.0.content.0.video_url" }],
  });
  expect(await test.rows(ctx.organizationId)).toHaveLength(0);
});

it("no request costs more than its hold, and no crowd more than its budget", async () => {
  const verdict = await fuzzBound({ test, seed: 7, count: 300, crowds: 1, crowdSize: 200 });
  expect(verdict.above).toEqual([]);
  expect(verdict.answered).toBeGreaterThan(100);
  expect(verdict.worst).toBeGreaterThan(0.5);
  for (const { limit, spent } of verdict.crowds) expect(BigInt(spent)).toBeLessThanOrEqual(BigInt(limit));
}, 120_000);
