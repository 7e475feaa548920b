import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { drawPng } from "../../../../sandbox/media/draw-png.ts";
import { startVendorServer, type VendorServer } from "../../../../test/vendor-server.ts";
import type { GenerateImageInput } from "../../../contracts/ai/generate-image.ts";
import { ProviderError } from "../../../contracts/vendor-call.ts";
import { plantedKey, plantedPrompt } from "../../contract-fixtures.ts";
import { contractFixtures } from "./contract-fixtures.ts";
import { fal } from "./fal.ts";

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());

/** What the queue answers, by the end of the path. */
interface Answers {
  readonly submitted?: readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];
  readonly statuses?: readonly string[];
  readonly result?: readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];
  readonly file?: Buffer;
}

const png = drawPng({ width: 8, height: 8 }, "#336699");
const made = (count = 1) => ({
  images: Array.from({ length: count }, () => ({ url: `${new URL(server.baseUrl).origin}/files/a.png` })),
});

const answering = ({ submitted, statuses = [], result, file = png }: Answers): void => {
  const left = [...statuses];
  server.reply = (response, { path }) => {
    const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    if (path === "/files/a.png") return void response.writeHead(200, { "content-type": "image/png" }).end(file);
    if (path.endsWith("/status")) return json(200, { status: left.shift() ?? "COMPLETED" });
    if (path.includes("/requests/")) return json(...(result ?? [200, made(), { "x-fal-billable-units": "1" }]));
    return json(...(submitted ?? [200, { request_id: "req-1" }]));
  };
};
beforeEach(() => {
  server.sent.length = 0;
});

const ask = (input: Partial<GenerateImageInput> = {}, model = "fal-ai/flux-1/dev", choices = 1) => {
  if (fal.ai?.generateImage === undefined) throw new Error("fal makes no images");
  const io = { ...server.io(model, { apiKey: plantedKey }), choices };
  return fal.ai.generateImage({ model: `fal/${model}`, prompt: plantedPrompt, ...input }, io);
};

const failureOf = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  if (!(error instanceof ProviderError)) throw new Error("expected a ProviderError", { cause: error });
  const everything = inspect(error, { depth: 12, showHidden: true });
  for (const planted of [plantedKey, "canary-prompt", "weather in Graz"]) expect(everything).not.toContain(planted);
  return error;
};

describe("an image at fal", () => {
  it("is asked for, waited for and fetched, and costs what the vendor's header says", async () => {
    answering({ statuses: ["IN_QUEUE", "IN_PROGRESS"], result: [200, made(2), { "x-fal-billable-units": "4" }] });
    const { result, ...metered } = await ask({ size: "1536x1024" }, "fal-ai/flux-1/dev", 2);
    expect(result.images).toEqual([
      { mediaType: "image/png", data: png.toString("base64") },
      { mediaType: "image/png", data: png.toString("base64") },
    ]);
    expect(metered).toMatchObject({ units: { megapixel: 4 }, final: true, vendorRequestId: "req-1" });
    expect(server.sent.map(({ path }) => path)).toEqual([
      "/base/fal-ai/flux-1/dev",
      ...Array.from({ length: 3 }, () => "/base/fal-ai/flux-1/requests/req-1/status"),
      "/base/fal-ai/flux-1/requests/req-1",
      "/files/a.png",
      "/files/a.png",
    ]);
    expect(server.sent[0]).toMatchObject({
      headers: { authorization: `Key ${plantedKey}` },
      body: { prompt: plantedPrompt, num_images: 2, image_size: { width: 1_536, height: 1_024 } },
    });
    // The file is anybody's who knows its address: neither the key nor what we are is told there.
    expect(inspect(server.sent.at(-1)?.headers)).not.toMatch(/Key|sk-canary|nexus-hop/);
  });

  it("without the header is metered in nothing, so that the most is charged", async () => {
    answering({ result: [200, made()] });
    expect(await ask()).toMatchObject({ units: null, final: false });
  });

  it("that cannot be fetched is paid for all the same", async () => {
    answering({ result: [200, { images: [{ url: "http://127.0.0.1:9/a.png" }] }, { "x-fal-billable-units": "1" }] });
    const error = await failureOf(ask());
    expect(error.failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
    expect(error.metered).toMatchObject({ units: { megapixel: 1 }, final: true });
    answering({ file: Buffer.from("no image") });
    expect((await failureOf(ask())).metered?.units).toEqual({ megapixel: 1 });
  });

  it.each(contractFixtures.errors)("maps $status to $expect.code, asked for or made", async (refusal) => {
    const { status, body, headers, expect: expected } = refusal;
    answering({ submitted: [status, body, headers] });
    expect((await failureOf(ask())).failure).toMatchObject({ status, ...expected });
    answering({ result: [status, body, headers] });
    expect((await failureOf(ask())).failure).toMatchObject({ status, ...expected });
  });

  it("that the vendor has is never taken for one that it has not", async () => {
    answering({ statuses: ["FORGOTTEN"] });
    expect((await failureOf(ask())).failure).toMatchObject({ kind: "unknown" });
    answering({ submitted: [200, { request_id: "../../other" }] });
    expect((await failureOf(ask())).failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
  });

  it.each([
    [{ mask: { mediaType: "image/png", data: "AAAA" } }, "fal-ai/flux-1/dev", "mask"],
    [{ files: [{ mediaType: "image/png", data: "AAAA" }] }, "fal-ai/flux-1/dev", "files"],
    [{}, "fal-ai/nano-banana/edit", "files"],
    [{ size: "512x512" }, "fal-ai/nano-banana", "size"],
    [{ outputFormat: "webp" }, "fal-ai/flux-1/dev", "outputFormat"],
    [{}, "fal-ai/unknown", "no image model"],
  ] as const)("refuses %j of %s before anything is sent", async (input, model, named) => {
    const { failure } = await failureOf(ask(input as Partial<GenerateImageInput>, model));
    expect(failure).toMatchObject({ kind: "not_sent", code: "CAPABILITY_MISSING" });
    expect(failure.message).toContain(named);
    expect(server.sent).toEqual([]);
  });
});
