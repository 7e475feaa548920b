import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { film } from "../../../sandbox/media/film.ts";
import { pngOf } from "../../../test/media-files.ts";
import { lookAtVideos } from "../../../test/look-at-videos.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import type { VideoView } from "../../contracts/ai/videos.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { listAuditEvents } from "../../domain/audit/index.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { createVideoContentDoor } from "./index.ts";

let test: TestDoors;
let ctx: CallContext;
let door: Awaited<ReturnType<typeof listenDoor>>;

beforeAll(async () => {
  test = await openTestDoors({ further: ["fal"] });
  door = await listenDoor({
    answer: createVideoContentDoor({ gateway: test.gateway, deps: test.deps }),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
});
afterAll(async () => {
  await door.close();
  await test.close();
});
beforeEach(async () => {
  await test.sandbox.reset();
  ctx = test.callAs();
});

const ask = async (
  method: "GET" | "POST",
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
) => {
  const response = await fetch(`${test.restUrl}/api/ai/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
};

const veo = "google/veo-3.1-fast-generate-preview";
const viewIn = (answer: unknown): VideoView => answer as VideoView;
const start = async (body: object = {}, headers?: Readonly<Record<string, string>>) => {
  const { status, answer } = await ask("POST", "videos", { model: veo, prompt: "A boat at dawn", ...body }, headers);
  expect(`${status} ${status === 200 ? "" : JSON.stringify(answer)}`).toBe("200 ");
  return viewIn(answer);
};
const get = async (id: string) => viewIn((await ask("GET", `videos/${id}`)).answer);
const listed = async (query = "") => {
  const { answer } = await ask("GET", `videos${query}`);
  return (answer as { readonly videos: readonly VideoView[] }).videos.map(({ id }) => id);
};
const started = () =>
  test.sandbox.requests().filter(({ method, path }) => method === "POST" && !path.includes("/requests/"));

const look = (): Promise<void> => lookAtVideos(test);
const lookUntilEnded = async (): Promise<void> => {
  for (let looks = 0; looks < 5; looks += 1) await look();
};
/** Nano-USD of a second. */
const cents = 10_000_000n;

describe("a video", () => {
  it("in a size that has no price is refused before anything leaves", async () => {
    const refused = await ask("POST", "videos", {
      model: "fal/fal-ai/veo3.1/fast",
      prompt: "A boat",
      resolution: "4k",
    });
    expect(refused).toMatchObject({ status: 422 });
    expect(started()).toEqual([]);
    expect(await test.rows(ctx.organizationId)).toEqual([]);
  });

  it.each([
    [veo, {}, 8, "videoSecond", 10n],
    [veo, { resolution: "1080p" }, 8, "videoSecond1080p", 12n],
    [veo, { durationSeconds: 4, aspectRatio: "9:16", seed: 7, negativePrompt: "rain" }, 4, "videoSecond", 10n],
    ["google/veo-3.1-generate-preview", { resolution: "4k" }, 8, "videoSecond4k", 60n],
    ["fal/fal-ai/veo3.1", { durationSeconds: 6 }, 6, "videoSecond", 40n],
    ["fal/fal-ai/veo3.1", { resolution: "4k" }, 8, "videoSecond4k", 60n],
    ["fal/fal-ai/veo3.1/fast", { resolution: "1080p" }, 8, "videoSecond1080p", 15n],
  ])(
    "of %s %j is one open row that holds what it then costs: %i %s at %i cents",
    async (model, asked, seconds, unitClass, each) => {
      const cost = BigInt(seconds) * each * cents;
      const estimate = await ask("POST", "estimate", {
        startVideo: { model, prompt: "A boat", ...asked },
      });
      expect(estimate.answer).toMatchObject({ boundNanoUsd: String(cost) });
      const made = await start({ model, ...asked });
      expect(made).toMatchObject({
        id: expect.stringMatching(/^video_[0-9a-f]{32}$/),
        status: "queued",
        durationSeconds: seconds,
        files: [],
        heldNanoUsd: String(cost),
        costNanoUsd: null,
        endedAt: null,
      });
      expect(await test.row(made.operationId)).toMatchObject({ state: "open", held: cost, cost: null });
      expect((await test.counters(ctx.organizationId)).reserved).toBe(cost);
      await look();
      expect((await get(made.id)).status).toMatch(/queued|in_progress/);
      await lookUntilEnded();
      expect(await get(made.id)).toMatchObject({
        status: "completed",
        fault: null,
        files: [{ index: 0, mediaType: "video/mp4" }],
        costNanoUsd: String(cost),
      });
      expect(await test.rows(ctx.organizationId)).toMatchObject([
        {
          operationId: made.operationId,
          state: "settled",
          source: "provider",
          cost,
          booked: cost,
          units: { [unitClass]: seconds },
        },
      ]);
      expect(await test.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: cost });
      const billed = test.sandbox.requests().flatMap((request) => (request.billed ? [request.units] : []));
      expect(billed).toEqual([{ [unitClass]: seconds }]);
    },
  );

  it("is read through here, from wherever its vendor keeps it, and by no address of the vendor's", async () => {
    for (const model of [veo, "fal/fal-ai/veo3.1"]) {
      const { id } = await start({ model, durationSeconds: 4 });
      expect((await fetch(`${door.url}/v1/videos/${id}/content`)).status).toBe(409);
      await lookUntilEnded();
      const view = await get(id);
      expect(JSON.stringify(view)).not.toMatch(/http|127\.0\.0\.1/);
      const streamed = await fetch(`${door.url}/v1/videos/${id}/content`);
      expect(streamed.headers.get("content-disposition")).toContain(`${id}.mp4`);
      expect(Buffer.from(await streamed.arrayBuffer())).toEqual(film(4));
      const { answer } = await ask("GET", `videos/${id}/content`);
      expect(answer).toEqual({ mediaType: "video/mp4", data: film(4).toString("base64") });
      expect((await fetch(`${door.url}/v1/videos/${id}/content?index=1`)).status).toBe(404);
    }
  });

  it("begins with an image where the model takes one", async () => {
    const image = { mediaType: "image/png", data: pngOf(64, 64).toString("base64") };
    for (const model of [veo, "fal/fal-ai/veo3.1/image-to-video"])
      expect((await start({ model, image })).status).toBe("queued");
  });

  it("that its vendor's filters take out costs nothing, and says why", async () => {
    const { id, operationId } = await start({ prompt: "[[filtered]]" });
    await lookUntilEnded();
    expect(await get(id)).toMatchObject({
      status: "failed",
      fault: { code: "filtered", message: expect.stringContaining("filtered out") },
      costNanoUsd: "0",
      files: [],
    });
    expect(await test.row(operationId)).toMatchObject({ state: "settled", cost: 0n, errorCode: "PROVIDER_REJECTED" });
    expect(await test.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: 0n });
    expect((await ask("GET", `videos/${id}/content`)).status).toBe(404);
  });

  it("is cancelled where its vendor can, and costs nothing then; where it cannot, that is said", async () => {
    const atFal = await start({ model: "fal/fal-ai/veo3.1" });
    expect(atFal.cancellable).toBe(true);
    await look();
    expect((await get(atFal.id)).cancellable).toBe(true);
    expect((await ask("POST", `videos/${atFal.id}/cancel`, {})).status).toBe(200);
    await lookUntilEnded();
    expect(await get(atFal.id)).toMatchObject({ status: "cancelled", cancellable: false, costNanoUsd: "0" });
    expect((await ask("POST", `videos/${atFal.id}/cancel`, {})).status).toBe(409);
    const atGoogle = await start();
    expect(atGoogle.cancellable).toBe(false);
    const refused = await ask("POST", `videos/${atGoogle.id}/cancel`, {});
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.answer)).toContain("cannot be cancelled");
    const { events } = await listAuditEvents(
      test.deps,
      { ...ctx, permissions: new Set(["srv_nexus.audit:read"]) },
      { limit: 10 },
    );
    expect(events.map(({ action, target }) => `${action} ${target}`)).toEqual(
      expect.arrayContaining([`video.start ${atGoogle.id}`, `video.cancel ${atFal.id}`]),
    );
  });

  it("is known again by its key, and is nobody else's", async () => {
    const headers = { "idempotency-key": "dawn-1" };
    const first = await start({}, headers);
    expect((await start({}, headers)).id).toBe(first.id);
    expect(started()).toHaveLength(1);
    expect((await ask("POST", "videos", { model: veo, prompt: "Another" }, headers)).status).toBe(422);
    expect(await listed("?limit=1")).toEqual([first.id]);
    await lookUntilEnded();
    ctx = test.callAs();
    for (const path of [`videos/${first.id}`, `videos/${first.id}/content`])
      expect((await ask("GET", path)).status).toBe(404);
    expect((await ask("POST", `videos/${first.id}/cancel`, {})).status).toBe(404);
    expect(await listed()).toEqual([]);
  });

  it.each([
    ["a length that the model does not make", { durationSeconds: 5 }, 422, "durationSeconds"],
    ["a short one of a resolution that is not", { durationSeconds: 4, resolution: "4k" }, 422, "durationSeconds"],
    ["4K of the small model", { model: "google/veo-3.1-lite-generate-preview", resolution: "4k" }, 422, "length"],
    ["a model that makes none", { model: "openai/gpt-4o-mini" }, 422, "ai.videos.start"],
    ["a model whose price nobody knows", { model: "fal/fal-ai/sora-2" }, 404, "fal-ai"],
    ["an unknown field", { fps: 24 }, 400, "fps"],
  ])("is refused for %s, before anything is set aside or sent", async (_, body, status, named) => {
    const refused = await ask("POST", "videos", { model: veo, prompt: "A boat", ...body });
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.answer)).toContain(named);
    expect(await test.rows(ctx.organizationId)).toEqual([]);
    expect(started()).toEqual([]);
  });

  it("whose start nobody can tell is asked for nowhere else, and keeps what was set aside", async () => {
    test.sandbox.script({ vendor: "google", times: 1, faults: [{ name: "reset-before-headers" }] });
    const lost = await ask("POST", "videos", { model: veo, prompt: "A boat" });
    expect(lost.status).toBe(504);
    await resolveUncertain(test.gateway);
    const [row] = await test.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "uncertain" });
    expect(started()).toHaveLength(1);
    expect((await test.counters(ctx.organizationId)).reserved).toBe(row?.held);
    expect(await listed()).toEqual([]);
  });
});

describe("a process that dies", () => {
  it("leaves a video to the next one, once its lease has run out, and what it had charged is not charged again", async () => {
    const { id, operationId } = await start();
    const set = (to: string) =>
      test.deps.db.pool.query(`update nexus.ai_video set ${to} where operation_id = $1`, [operationId]);
    const { rows } = await test.deps.db.pool.query<{ name: string }>(
      "select vendor_video_id as name from nexus.ai_video where operation_id = $1",
      [operationId],
    );
    const polls = () => test.sandbox.requests().filter(({ path }) => path === `/${rows[0]?.name}`);
    await set("leased_until = clock_timestamp() + interval '1 hour'");
    await look();
    expect(polls()).toEqual([]);
    await set("leased_until = clock_timestamp() - interval '1 second'");
    await lookUntilEnded();
    expect(polls().length).toBeGreaterThan(0);
    const charged = await test.row(operationId);
    const counters = await test.counters(ctx.organizationId);
    expect(charged.state).toBe("settled");
    // It died between the charge and the note of it.
    await set("ended_at = null, look_at = clock_timestamp()");
    expect((await get(id)).status).toBe("in_progress");
    await look();
    expect((await get(id)).status).toBe("completed");
    expect(await test.row(operationId)).toEqual(charged);
    expect(await test.counters(ctx.organizationId)).toEqual(counters);
  });

  it("is asked after again where its vendor has trouble, and after days is charged what was set aside", async () => {
    const { id, operationId } = await start();
    test.sandbox.script({ vendor: "google", faults: [{ name: "status", status: 503 }] });
    await look();
    expect(await test.row(operationId)).toMatchObject({ state: "open" });
    await test.deps.db.pool.query(
      "update nexus.ai_video set created_at = created_at - interval '4 days' where operation_id = $1",
      [operationId],
    );
    await look();
    const row = await test.row(operationId);
    expect(row).toMatchObject({ state: "settled", source: "estimated", cost: row.held });
    expect(await get(id)).toMatchObject({ status: "failed", fault: { code: "lost" } });
  });
});
