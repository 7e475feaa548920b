import { readdirSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { Readable } from "node:stream";
import Anthropic, { APIError as AnthropicError, toFile as toAnthropicFile } from "@anthropic-ai/sdk";
import OpenAI, { APIError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { largeFilmOf, pdfOf, pngOf, stillVideoOf } from "../../../test/media-files.ts";
import { publishedCost } from "../../../test/published-prices.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { generateTextRequest } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import { estimate } from "../../gateway/estimate.ts";
import { createKey, setKeyStatus } from "../../domain/keys/index.ts";
import { listAuditEvents } from "../../domain/audit/index.ts";
import { pruneFiles } from "../../domain/files/index.ts";
import { anthropicErrorReply, createAnthropicDoor } from "../anthropic/index.ts";
import { createOpenAiDoor, openAiErrorReply } from "../openai/index.ts";
import { createResponsesDoor } from "../responses/index.ts";
import { createFilesDoor, filesErrorReply } from "./index.ts";
import { inUploadRoom } from "./upload-room.ts";
import { UploadSessions } from "./upload-sessions.ts";
import { eventually } from "../../../test/eventually.ts";

let world: TestGateway;
let ctx: CallContext;
let url: string;
let openai: OpenAI;
let anthropic: Anthropic;
let close: () => Promise<void>;
/** Between a vendor's answer and its being noted. */
let onAnswer: () => Promise<unknown> = () => Promise.resolve();

const everything = new Set([
  "srv_nexus.ai:invoke",
  "srv_nexus.ai:read",
  "srv_nexus.keys:manage",
  "srv_nexus.audit:read",
  "srv_nexus.budgets:manage",
]);
const callAs = (overrides: Partial<CallContext> = {}): CallContext =>
  (ctx = world.context({ permissions: everything, ...overrides }));

beforeAll(async () => {
  world = await openTestGateway();
  const { deps, metrics, sandbox } = world;
  const { egress } = world.gateway;
  // An organization's own key is for the vendor's public address, which the sandbox stands in for.
  const near: typeof egress.attempt = (options) => {
    const made = egress.attempt(
      options.vendor === "openai" ? { ...options, baseUrl: sandbox.baseUrls.openai } : options,
    );
    const send: typeof made.send = async (request) => {
      const answer = await made.send(request);
      await onAnswer();
      return answer;
    };
    return { ...made, send };
  };
  const gateway = { ...world.gateway, egress: { ...egress, attempt: near } };
  const kept = { gateway, deps, metrics };
  const doors = {
    files: createFilesDoor(kept),
    responses: createResponsesDoor(kept, 10_000),
    messages: createAnthropicDoor(gateway),
    openai: createOpenAiDoor(gateway),
  };
  const doorOf = (path: string) => {
    if (path.startsWith("/v1/files")) return doors.files;
    if (path.startsWith("/v1/responses")) return doors.responses;
    return path.startsWith("/v1/messages") ? doors.messages : doors.openai;
  };
  const door = await listenDoor({
    answer: (request, caller) => doorOf(request.path)(request, caller),
    encodeError: (error, requestId, request) => {
      if (request.path.startsWith("/v1/files")) return filesErrorReply(error, requestId, request);
      return (request.path.startsWith("/v1/messages") ? anthropicErrorReply : openAiErrorReply)(error, requestId);
    },
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  ({ url, close } = door);
  openai = new OpenAI({ apiKey: "unused", baseURL: `${url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "unused", baseURL: url, maxRetries: 0 });
});
beforeEach(async () => {
  await world.sandbox.reset();
  onAnswer = () => Promise.resolve();
  callAs();
});
afterAll(async () => {
  await close();
  await world.close();
});

const refusal = async (work: Promise<unknown>): Promise<{ readonly status: number; readonly body: unknown }> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError || error instanceof AnthropicError)
    return { status: Number(error.status), body: error.error };
  throw new Error(`not an API error: ${String(error)}`);
};

const pdf = pdfOf({ pages: 3, text: "The harvest was good. " });
const uploadPdf = async (name = "harvest.pdf") =>
  openai.files.create({ file: await toFile(pdf, name, { type: "application/pdf" }), purpose: "user_data" });
const question = (fileId: string) => [
  {
    role: "user" as const,
    content: [
      { type: "text" as const, text: "What was the harvest like?" },
      { type: "file" as const, file: { file_id: fileId } },
    ],
  },
];
const sentTo = (path: string) => world.sandbox.requests().filter((request) => request.path.startsWith(path));

describe("the official openai client", () => {
  it("uploads, lists, reads and deletes a file, under an id that is no vendor's", async () => {
    const made = await openai.files.create({
      file: await toFile(Buffer.from('{"a":1}\n'), "examples.jsonl"),
      purpose: "fine-tune",
      expires_after: { anchor: "created_at", seconds: 3_600 },
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^file_[0-9a-f]{32}$/),
      object: "file",
      bytes: 8,
      filename: "examples.jsonl",
      purpose: "fine-tune",
      status: "processed",
      expires_at: expect.any(Number),
    });
    // The vendor's clock says when it expires, ours when it came.
    expect(Math.abs(Number(made.expires_at) - made.created_at - 3_600)).toBeLessThanOrEqual(5);
    const other = await uploadPdf();
    const listed: string[] = [];
    for await (const file of openai.files.list({ limit: 1 })) listed.push(file.id);
    expect(listed).toEqual([other.id, made.id]);
    expect((await openai.files.list({ purpose: "fine-tune", order: "asc" })).data.map(({ id }) => id)).toEqual([
      made.id,
    ]);
    expect(await openai.files.retrieve(made.id)).toEqual(made);
    expect(await (await openai.files.content(made.id)).text()).toBe('{"a":1}\n');
    expect(await refusal(openai.files.content(other.id))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("Not allowed to download files of purpose: user_data") },
    });
    expect(await openai.files.delete(made.id)).toEqual({ id: made.id, object: "file", deleted: true });
    expect(await refusal(openai.files.retrieve(made.id))).toMatchObject({ status: 404 });
    expect(sentTo("/files").map(({ method, status }) => `${method} ${status}`)).toEqual([
      "POST 200",
      "POST 200",
      "GET 200",
      "GET 400",
      "DELETE 200",
    ]);
    const { events } = await listAuditEvents(world.deps, ctx, { limit: 10 });
    expect(events.map(({ action, target }) => [action, target])).toEqual([
      ["file.delete", made.id],
      ["file.upload", other.id],
      ["file.upload", made.id],
    ]);
    expect(await world.rows(ctx.organizationId)).toEqual([]);
  });

  it.each(["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])(
    "asks %s about a file, within what was held",
    async (model) => {
      const { id } = model.startsWith("openai")
        ? await uploadPdf()
        : await anthropic.beta.files.upload({
            file: await toAnthropicFile(pdf, "harvest.pdf", { type: "application/pdf" }),
          });
      const answer = await openai.chat.completions.create({ model, max_completion_tokens: 50, messages: question(id) });
      expect(answer.choices[0]?.finish_reason).toBe("stop");
      const streamed = await openai.chat.completions.create({
        model,
        max_completion_tokens: 50,
        messages: question(id),
        stream: true,
      });
      for await (const chunk of streamed) expect(chunk.object).toBe("chat.completion.chunk");
      const rows = await world.rows(ctx.organizationId);
      expect(rows).toHaveLength(2);
      for (const { state, source, cost, held } of rows) {
        expect({ state, source }).toEqual({ state: "settled", source: "provider" });
        expect(Number(cost)).toBeGreaterThan(0);
        expect(Number(cost)).toBeLessThanOrEqual(Number(held));
      }
    },
  );

  it("names a file in a response, and an image", async () => {
    const document = await uploadPdf();
    const image = await openai.files.create({
      file: await toFile(pngOf(640, 480), "boat.png", { type: "image/png" }),
      purpose: "vision",
    });
    const { output_text: text } = await openai.responses.create({
      model: "gpt-4o-mini",
      max_output_tokens: 50,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "What is in them?" },
            { type: "input_file", file_id: document.id },
            { type: "input_image", file_id: image.id, detail: "auto" },
          ],
        },
      ],
    });
    expect(text).not.toBe("");
    const [row] = await world.rows(ctx.organizationId);
    expect(Number(row?.cost)).toBeLessThanOrEqual(Number(row?.held));
  });

  it.each([
    ["openai", "boat.png", "image/png", pngOf(1_200, 900)],
    ["openai", "harvest.pdf", "application/pdf", pdf],
    ["anthropic", "boat.png", "image/png", pngOf(1_200, 900)],
    ["anthropic", "harvest.pdf", "application/pdf", pdf],
  ] as const)(
    "holds at %s for %s what is held for the same bytes in the call",
    async (vendor, filename, mediaType, bytes) => {
      const file = await toFile(bytes, filename, { type: mediaType });
      const { id } =
        vendor === "openai"
          ? await openai.files.create({ file, purpose: "user_data" })
          : await anthropic.beta.files.upload({ file });
      const model = vendor === "openai" ? "openai/gpt-4o-mini" : "anthropic/claude-haiku-4-5";
      const boundOf = async (part: { readonly data: string } | { readonly fileId: string }): Promise<number> => {
        const content = [{ type: "file" as const, mediaType, ...part }];
        const request = generateTextRequest({ model, maxOutputTokens: 1, messages: [{ role: "user", content }] });
        return Number((await estimate(world.gateway, request, ctx)).boundNanos);
      };
      const kept = await boundOf({ fileId: id });
      const inline = await boundOf({ data: bytes.toString("base64") });
      // The id takes as many bytes of the request's text as there are in it.
      expect(Math.abs(kept - inline) / inline).toBeLessThan(0.05);
    },
  );

  it("gives the first file again for the same idempotency key, and refuses another", async () => {
    const once = { headers: { "Idempotency-Key": "harvest-1" } };
    const file = () => toFile(pdf, "harvest.pdf", { type: "application/pdf" });
    const first = await openai.files.create({ file: await file(), purpose: "user_data" }, once);
    const again = await openai.files.create({ file: await file(), purpose: "user_data" }, once);
    expect(again).toEqual(first);
    expect(sentTo("/files")).toHaveLength(1);
    const other = openai.files.create({ file: await toFile(pngOf(8, 8), "harvest.pdf"), purpose: "user_data" }, once);
    expect(await refusal(other)).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_MISMATCH" } });
  });

  it("streams a large file through, and refuses one that is empty", async () => {
    const large = Buffer.alloc(6 * 1024 * 1024, "line of text\n");
    const made = await openai.files.create({ file: await toFile(large, "large.txt"), purpose: "user_data" });
    expect(made.bytes).toBe(large.byteLength);
    const empty = openai.files.create({ file: await toFile(Buffer.alloc(0), "a.txt"), purpose: "user_data" });
    expect(await refusal(empty)).toMatchObject({ status: 400, body: { param: "file" } });
    expect(await openai.files.list()).toMatchObject({ data: [{ id: made.id }], has_more: false });
  });
});

describe("the official Anthropic client", () => {
  it("uploads, lists, reads and deletes a file, and asks about it", async () => {
    const made = await anthropic.beta.files.upload({
      file: await toAnthropicFile(Buffer.from("The harvest was good."), "harvest.txt", { type: "text/plain" }),
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^file_[0-9a-f]{32}$/),
      type: "file",
      filename: "harvest.txt",
      mime_type: "text/plain",
      size_bytes: 21,
      downloadable: false,
    });
    const image = await anthropic.beta.files.upload({
      file: await toAnthropicFile(pngOf(300, 200), "boat.png", { type: "image/png" }),
    });
    const listed: string[] = [];
    for await (const file of anthropic.beta.files.list({ limit: 1 })) listed.push(file.id);
    expect(listed).toEqual([image.id, made.id]);
    expect((await anthropic.beta.files.list({ ids: [made.id, image.id] })).data).toHaveLength(2);
    const before = await fetch(`${url}/v1/files?before_id=${made.id}`, {
      headers: { "anthropic-version": "2023-06-01" },
    });
    expect(await before.json()).toMatchObject({ data: [{ id: image.id }], has_more: false });
    const asked = {
      model: "claude-haiku-4-5",
      messages: [
        {
          role: "user" as const,
          content: [
            { type: "document" as const, source: { type: "file" as const, file_id: made.id } },
            { type: "image" as const, source: { type: "file" as const, file_id: image.id } },
            { type: "text" as const, text: "What was it like?" },
          ],
        },
      ],
    };
    const { input_tokens: counted } = await anthropic.beta.messages.countTokens(asked);
    // Not told of the beta, the vendor would not know what a file is.
    const answer = await anthropic.beta.messages.create({ ...asked, max_tokens: 50 });
    expect(answer.usage.input_tokens).toBe(counted);
    const [row] = await world.rows(ctx.organizationId);
    expect(Number(row?.cost)).toBeLessThanOrEqual(Number(row?.held));
    expect(await anthropic.beta.files.delete(made.id)).toEqual({ id: made.id, type: "file_deleted" });
    expect(await refusal(anthropic.beta.files.retrieveMetadata(made.id))).toMatchObject({ status: 404 });
    expect(await refusal(anthropic.beta.messages.create({ ...asked, max_tokens: 50 }))).toMatchObject({ status: 400 });
  });
});

describe("a file belongs to one organization, and to the credential that it was uploaded with", () => {
  it("is not there for another organization, by whatever way", async () => {
    const { id } = await uploadPdf();
    const owner = ctx;
    const [kept] = sentTo("/files");
    expect(kept?.status).toBe(200);
    callAs();
    for (const attempt of [
      () => openai.files.retrieve(id),
      () => openai.files.delete(id),
      () => openai.files.content(id),
    ])
      expect(await refusal(attempt())).toMatchObject({ status: 404 });
    expect((await openai.files.list()).data).toEqual([]);
    expect((await openai.files.list({ after: id })).data).toEqual([]);
    const asked = openai.chat.completions.create({ model: "openai/gpt-4o-mini", messages: question(id) });
    expect(await refusal(asked)).toMatchObject({ status: 400, body: { param: "messages[0].content[1].file.file_id" } });
    expect(sentTo("/chat")).toEqual([]);
    expect(await world.rows(ctx.organizationId)).toEqual([]);
    ctx = owner;
    expect(await openai.files.retrieve(id)).toMatchObject({ id });
  });

  it("is reached with that credential alone; where it is disabled, a call says so and goes nowhere else", async () => {
    const { id: keyId } = await createKey(world.deps, ctx, {
      vendor: "openai",
      label: "Files",
      secret: { apiKey: `sk-${"k".repeat(40)}` },
    });
    await world.refresh();
    const { id } = await uploadPdf();
    const ask = () =>
      openai.chat.completions.create({
        model: "openai/gpt-4o-mini",
        max_completion_tokens: 20,
        messages: question(id),
      });
    await ask();
    expect(new Set(world.sandbox.requests().map(({ keyDigest }) => keyDigest)).size).toBe(1);
    await setKeyStatus(world.deps, ctx, { id: keyId, status: "disabled" });
    await world.refresh();
    const before = world.sandbox.requests().length;
    for (const attempt of [ask, () => openai.files.delete(id), () => openai.files.content(id)])
      expect(await refusal(attempt())).toMatchObject({
        status: 412,
        body: { code: "CREDENTIAL_MISSING", details: { kind: "credential_unavailable", vendor: "openai", fileId: id } },
      });
    expect(world.sandbox.requests()).toHaveLength(before);
    // What was there is still told, and can be forgotten.
    expect(await openai.files.retrieve(id)).toMatchObject({ id });
    const other = await fetch(`${url}/v1/files/${id}?unreachable=perhaps`, { method: "DELETE" });
    expect(await other.json()).toMatchObject({ error: { param: "unreachable" } });
    await setKeyStatus(world.deps, ctx, { id: keyId, status: "active" });
    await world.refresh();
    await ask();
    // Whatever is reached is deleted where it is kept.
    await setKeyStatus(world.deps, ctx, { id: keyId, status: "disabled" });
    await world.refresh();
    const sent = world.sandbox.requests().length;
    expect(await openai.files.delete(id, { query: { unreachable: "forget" } })).toMatchObject({ id, deleted: true });
    expect(await refusal(openai.files.retrieve(id))).toMatchObject({ status: 404 });
    expect(world.sandbox.requests()).toHaveLength(sent);
    const { events } = await listAuditEvents(world.deps, ctx, { limit: 1 });
    expect(events[0]).toMatchObject({ action: "file.delete", target: id, details: { atVendor: false } });
    await setKeyStatus(world.deps, ctx, { id: keyId, status: "active" });
    await world.refresh();
    const kept = await uploadPdf();
    await openai.files.delete(kept.id, { query: { unreachable: "forget" } });
    expect(sentTo(`/files/`).at(-1)).toMatchObject({ status: 200 });
    expect((await listAuditEvents(world.deps, ctx, { limit: 1 })).events[0]?.details).toMatchObject({ atVendor: true });
  });

  it("is no part's beside another, of which nobody could say which is read", async () => {
    const { id } = await uploadPdf();
    const data = `data:application/pdf;base64,${pdf.toString("base64")}`;
    const chat = openai.chat.completions.create({
      model: "openai/gpt-4o-mini",
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { file_id: id, file_data: data } }],
        },
      ],
    });
    expect(await refusal(chat)).toMatchObject({
      status: 400,
      body: { param: "messages[0].content[0].file.file_data" },
    });
    const response = openai.responses.create({
      model: "openai/gpt-4o-mini",
      input: [
        {
          role: "user",
          content: [{ type: "input_file", file_id: id, file_data: data }],
        },
      ],
    });
    expect(await refusal(response)).toMatchObject({
      status: 400,
      body: { param: "input[0].content[0].file_data" },
    });
    expect(sentTo("/files")).toHaveLength(1);
    expect(world.sandbox.requests()).toHaveLength(1);
  });

  it("is read by its own vendor's models", async () => {
    const { id } = await uploadPdf();
    const asked = openai.chat.completions.create({ model: "anthropic/claude-haiku-4-5", messages: question(id) });
    expect(await refusal(asked)).toMatchObject({
      status: 400,
      body: { details: { kind: "file_elsewhere", vendor: "openai" }, param: "messages[0].content[1].file.file_id" },
    });
  });
});

describe("what nobody should send", () => {
  const post = (body: FormData | string, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/files`, { method: "POST", body, headers });
  const form = (name: string, fields: Readonly<Record<string, string>> = { purpose: "user_data" }): FormData => {
    const made = new FormData();
    for (const [field, value] of Object.entries(fields)) made.append(field, value);
    made.append("file", new Blob(["text"]), name);
    return made;
  };

  it.each(["../../etc/passwd", "a/b.txt", "..", "C:\\a.txt", "a\u0000b.txt", `${"a".repeat(256)}.txt`])(
    "a name like a path is refused: %j",
    async (name) => {
      const response = await post(form(name));
      expect({ status: response.status, sent: sentTo("/files").length }).toEqual({ status: 400, sent: 0 });
    },
  );

  it.each([
    ["no form", () => post("{}", { "content-type": "application/json" }), 415],
    ["a form without a boundary", () => post("x", { "content-type": "multipart/form-data; charset=utf-8" }), 400],
    ["a form that breaks off", () => post("--b\r\n", { "content-type": "multipart/form-data; boundary=b" }), 400],
    ["a form without a file", () => post("--b--\r\n", { "content-type": "multipart/form-data; boundary=b" }), 400],
    ["a purpose that the vendor has not", () => post(form("a.txt", { purpose: "fun" })), 400],
    ["a field that is not known", () => post(form("a.txt", { purpose: "user_data", path: "/etc" })), 400],
    ["a field that is too long", () => post(form("a.txt", { purpose: "a".repeat(10_000) })), 400],
    [
      "two files",
      () => {
        const two = form("a.txt");
        two.append("file", new Blob(["more"]), "b.txt");
        return post(two);
      },
      400,
    ],
    [
      "a lifetime that the vendor has not",
      () =>
        post(
          form("a.txt", { purpose: "user_data", "expires_after[anchor]": "created_at", "expires_after[seconds]": "1" }),
        ),
      400,
    ],
  ])("%s", async (_title, send, status) => {
    const response = await send();
    expect({ status: response.status, sent: sentTo("/files").length }).toEqual({ status, sent: 0 });
    expect(await response.json()).toMatchObject({ error: { effect: "none" } });
  });

  it.each(["?limit=0", "?limit=99999999", "?after=../x", "?order=up", "?purpose=%00"])(
    "a list is refused: %s",
    async (query) => {
      expect((await fetch(`${url}/v1/files${query}`)).status).toBe(400);
    },
  );

  it("an id that is none", async () => {
    for (const id of ["file-abc", "..%2f..%2fmodels", `file_${"0".repeat(32)}`, "%00"])
      expect((await fetch(`${url}/v1/files/${id}`)).status).toBe(404);
    expect(world.sandbox.requests()).toEqual([]);
  });

  it("a caller without the permission is refused before the body is read", async () => {
    callAs({ permissions: new Set(["srv_nexus.ai:read"]) });
    expect((await post(form("a.txt"))).status).toBe(403);
    expect((await fetch(`${url}/v1/files`)).status).toBe(200);
  });
});

describe("an upload that fails", () => {
  const onDisk = () =>
    readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return /\/nexus-[0-9a-f-]{36} \(deleted\)$/.test(readlinkSync(`/proc/self/fd/${fd}`));
      } catch {
        return false;
      }
    }).length;

  it("leaves nothing behind where the vendor is not there, and can be sent again under its key", async () => {
    const once = { headers: { "Idempotency-Key": "harvest-2" } };
    const create = async () =>
      openai.files.create({ file: await toFile(pdf, "harvest.pdf"), purpose: "user_data" }, once);
    world.sandbox.script({ vendor: "openai", path: "/files", times: 1, faults: [{ name: "cut-before-headers" }] });
    expect((await refusal(create())).status).toBeGreaterThanOrEqual(500);
    expect((await openai.files.list()).data).toEqual([]);
    expect(await create()).toMatchObject({ object: "file" });
  });

  it("is on no disk any more once its sender has gone", async () => {
    const head = `POST /v1/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 900000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(head + "x".repeat(100_000));
    await eventually(() => expect(onDisk()).toBe(1));
    socket.destroy();
    await eventually(() => expect(onDisk()).toBe(0));
    await uploadPdf();
    expect(onDisk()).toBe(0);
  });

  it("is taken back from its vendor where it cannot be noted", async () => {
    const { pool } = world.deps.db;
    onAnswer = () => pool.query("delete from nexus.vendor_file where organization_id = $1", [ctx.organizationId]);
    expect((await refusal(uploadPdf())).status).toBe(500);
    onAnswer = () => Promise.resolve();
    expect(sentTo("/files").map(({ path, status }) => [path.replace(/file-\w+/, "{id}"), status])).toEqual([
      ["/files", 200],
      ["/files/{id}", 200],
    ]);
  });

  it("leaves its key to another file once the first has expired", async () => {
    const once = { headers: { "Idempotency-Key": "harvest-3" } };
    const create = async () =>
      openai.files.create({ file: await toFile(pdf, "harvest.pdf"), purpose: "user_data" }, once);
    const first = await create();
    await world.deps.db.pool.query(
      "update nexus.vendor_file set expires_at = clock_timestamp() - interval '1 minute' where organization_id = $1",
      [ctx.organizationId],
    );
    expect((await create()).id).not.toBe(first.id);
  });

  it("is forgotten where its process died on the way, and its key can be used again", async () => {
    const { pool } = world.deps.db;
    const key = (at: string) =>
      pool.query(
        `insert into nexus.vendor_file (file_id, organization_id, vendor, credential_id, credential_tier, filename,
           media_type, purpose, size, idempotency_key, fingerprint, created_at)
         values (gen_random_uuid(), $1, 'openai', 'cred', 'platform_default', 'a', 'text/plain', 'user_data', 1,
           sha256($2::bytea), sha256($2::bytea), clock_timestamp() - $3::interval)`,
        [ctx.organizationId, Buffer.from(at), at],
      );
    await key("31 minutes");
    await key("29 minutes");
    expect((await openai.files.list()).data).toEqual([]);
    await pruneFiles(world.deps);
    const { rows } = await pool.query("select from nexus.vendor_file where organization_id = $1", [ctx.organizationId]);
    expect(rows).toHaveLength(1);
  });

  it("gives back its room and its place on disk where nobody goes on with its pieces", async () => {
    const sessions = new UploadSessions<undefined>();
    const begin = () => sessions.begin(ctx, { filename: "a.txt", mediaType: "text/plain", bytes: 11 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const ids = await Promise.all(Array.from({ length: 8 }, begin));
      await expect(begin()).rejects.toMatchObject({ code: "OVERLOADED" });
      const [first = ""] = ids;
      vi.advanceTimersByTime(59_000);
      await sessions.at(first, ctx, (session) => session.take(Readable.from([Buffer.from("The har")])));
      vi.advanceTimersByTime(59_000);
      expect(ids.map((id) => sessions.callerOf(id))).toEqual([ctx, ...ids.slice(1).map(() => undefined)]);
      vi.advanceTimersByTime(1_000);
      await expect(sessions.at(first, ctx, () => Promise.resolve())).rejects.toMatchObject({ code: "NOT_FOUND" });
    } finally {
      vi.useRealTimers();
    }
    await eventually(() => expect(onDisk()).toBe(0));
    await sessions.giveUp(await begin());
  });
});

describe("a film that Google keeps", () => {
  const upload = async (bytes: Buffer, name = "tour.mp4", fields: Readonly<Record<string, string>> = {}) => {
    const form = new FormData();
    for (const [field, value] of Object.entries({
      purpose: "user_data",
      provider: "google",
      ...fields,
    }))
      form.append(field, value);
    form.append("file", new Blob([Uint8Array.from(bytes)]), name);
    const response = await fetch(`${url}/v1/files`, {
      method: "POST",
      body: form,
    });
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  const idOf = (body: unknown): string => {
    const id: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "id") : undefined;
    if (typeof id !== "string") throw new Error(`no file: ${JSON.stringify(body)}`);
    return id;
  };
  const look = (fileId: string, model = "google/gemini-2.5-flash") =>
    generateTextRequest({
      model,
      maxOutputTokens: 100,
      messages: [
        {
          role: "user",
          content: [{ type: "file", mediaType: "video/mp4", fileId }],
        },
      ],
    });

  it("of more than is held in memory goes there in pieces, and is as long as it plays", async () => {
    const film = await largeFilmOf(600, 34 * 1024 * 1024, "last");
    const { body } = await upload(film);
    expect(body).toMatchObject({
      object: "file",
      bytes: film.length,
      status: "uploaded",
      expires_at: expect.any(Number),
    });
    // The session, two pieces.
    expect(sentTo("/upload/files").map(({ bodyBytes }) => bodyBytes)).toEqual([
      expect.any(Number),
      32 * 1024 * 1024,
      film.length - 32 * 1024 * 1024,
    ]);
    const { boundNanos } = await estimate(world.gateway, look(idOf(body)), ctx);
    // 601 frames at 300 tokens, at the dollar price of an input token of this model.
    const least = publishedCost("gemini-2.5-flash", { input: 600 * 265 });
    expect(boundNanos).toBeGreaterThan(least);
    expect(boundNanos).toBeLessThan((least * 13n) / 10n);
  });

  it.each([
    ["was taken, but not answered", "cut-before-headers"],
    ["was not taken", "server-error"],
  ] as const)("is sent on from where its vendor has it, where a piece %s", async (_what, fault) => {
    world.sandbox.script({
      vendor: "google",
      path: "/upload/files",
      nth: 2,
      faults: [{ name: fault }],
    });
    const film = await stillVideoOf(5);
    const { status, body } = await upload(film);
    expect([status, body]).toEqual([200, expect.objectContaining({ bytes: film.length })]);
    const { result } = await call(world.gateway, look(idOf(body)), ctx);
    expect(result.text).not.toBe("");
  });

  it("is waited for while its vendor looks into it, and refused where that cannot read it", async () => {
    const { body } = await upload(Buffer.from("no film at all"), "damaged.mp4");
    const id = idOf(body);
    await expect(call(world.gateway, look(id), ctx)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { kind: "file_failed", fileId: id },
    });
    expect(sentTo("/models")).toEqual([]);
    expect(await openai.files.retrieve(id)).toMatchObject({ status: "error" });
  });

  it("is read by models of Google alone, and only with the key that it was uploaded with", async () => {
    const { body } = await upload(await stillVideoOf(5));
    await expect(call(world.gateway, look(idOf(body), "openai/gpt-4o-mini"), ctx)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { kind: "file_elsewhere", vendor: "google" },
    });
    callAs();
    await expect(call(world.gateway, look(idOf(body)), ctx)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it.each([
    [{ purpose: "batch" }, "purpose", "one of user_data"],
    [
      {
        "expires_after[anchor]": "created_at",
        "expires_after[seconds]": "3600",
      },
      "expiresAfterSeconds",
      "nothing: the vendor keeps files for a time of its own",
    ],
    [{ provider: "mistral" }, "provider", "a vendor that can do ai.files.upload"],
  ])("is refused in words: %j", async (fields, _field, words) => {
    const { status, body } = await upload(await stillVideoOf(5), "tour.mp4", fields);
    expect([status, JSON.stringify(body)]).toEqual([expect.any(Number), expect.stringContaining(words)]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(sentTo("/upload/files")).toEqual([]);
  });
});

it("an organization's uploads leave room for another's", async () => {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const own = Array.from({ length: 8 }, () => inUploadRoom({ ...ctx, bytes: 1 }, () => ended));
  expect(await refusal(uploadPdf())).toMatchObject({
    status: 503,
    body: { code: "OVERLOADED", effect: "none" },
  });
  callAs();
  expect(await uploadPdf()).toMatchObject({ object: "file" });
  end();
  await Promise.all(own);
});

it("an answer that was spoken is referred to by its id with the organization's own key, under which it is kept", async () => {
  await createKey(world.deps, ctx, { vendor: "openai", label: "Voices", secret: { apiKey: `sk-${"v".repeat(40)}` } });
  await world.refresh();
  const spoken = {
    model: "openai/gpt-audio",
    modalities: ["text" as const, "audio" as const],
    audio: { voice: { id: "voice_mine" }, format: "mp3" as const },
    max_completion_tokens: 400,
  };
  const greeting = { role: "user" as const, content: "Good morning." };
  const first = await openai.chat.completions.create({ ...spoken, messages: [greeting] });
  const message = first.choices[0]?.message;
  if (message === undefined) throw new Error("no message");
  // As it came, with all that it sounded like.
  const next = { role: "user" as const, content: "And tomorrow?" };
  const { usage } = await openai.chat.completions.create({ ...spoken, messages: [greeting, message, next] });
  const said = first.usage?.completion_tokens_details?.audio_tokens;
  expect(said).toBeGreaterThan(100);
  expect(usage?.prompt_tokens_details?.audio_tokens).toBe(said);
  const [row] = (await world.rows(ctx.organizationId)).filter(({ units }) => (units?.inputAudio ?? 0) > 0);
  expect(row).toMatchObject({ state: "settled", tier: "byok", units: { inputAudio: said } });
  expect(row?.held).toBeGreaterThan(row?.cost ?? 0n);
});
