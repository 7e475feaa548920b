import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { pngOf } from "../../../test/media-files.ts";
import { RealtimeTalk, voice } from "../../../test/realtime-talk.ts";

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await openListeningGateway({ silenceMs: 400 });
});
beforeEach(() => gateway.sandbox.reset());
afterAll(() => gateway.close());

type Issued = ReturnType<ListeningGateway["issue"]>;

const begin = async (issued: Issued = gateway.issue(), model = "openai/gpt-realtime") => ({
  ...issued,
  talk: await RealtimeTalk.open(gateway.url, { credential: issued.credential, model }),
});

const states = async (organizationId: string) =>
  (await gateway.rows(organizationId)).map(({ state, source }) => `${state} ${source}`);

/** The status, and the body, of what is no WebSocket. */
const refusal = async (
  query: string,
  headers: Record<string, string>,
): Promise<{ readonly status: number | undefined; readonly text: string }> => {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/v1/realtime${query}`, { headers });
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  const { statusCode }: { statusCode?: number } = response;
  return { status: statusCode, text };
};

/** What a handshake is answered with. */
const knock = async (path: string, headers: Readonly<Record<string, string | readonly string[]>>): Promise<number> => {
  const handshake = {
    host: `127.0.0.1:${gateway.port}`,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    ...headers,
  };
  const lines = Object.entries(handshake).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  const asked = request({ host: "127.0.0.1", port: gateway.port, path, headers: lines });
  asked.on("error", () => undefined);
  asked.end();
  const [answer] = await Promise.race([once(asked, "response"), once(asked, "upgrade")]);
  const { statusCode = 0, socket }: IncomingMessage = answer;
  socket.destroy();
  return statusCode;
};

const append = (ms: number, loud = true) => ({ type: "input_audio_buffer.append", audio: voice(ms, loud) });

const text = { type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] };

describe("a realtime session", () => {
  it("is opened by whoever may ask, for a model that talks; a page shows its token among the protocols", async () => {
    const { credential } = gateway.issue();
    const authorization = `Bearer ${credential}`;
    expect(await refusal("?model=openai/gpt-realtime", { authorization: "Bearer nobody" })).toMatchObject({
      status: 401,
    });
    const { credential: powerless } = gateway.issue({ permissions: new Set() });
    expect(await refusal("?model=gpt-realtime", { authorization: `Bearer ${powerless}` })).toMatchObject({
      status: 403,
    });
    expect(await refusal("?model=openai/gpt-4o", { authorization })).toMatchObject({ status: 422 });
    expect(await refusal("", { authorization })).toMatchObject({ status: 400 });
    const old = await refusal("?model=gpt-realtime", { authorization, "openai-beta": "realtime=v1" });
    expect(old.text).toContain("beta");
    const listens = await refusal("?intent=transcription", { authorization });
    expect(listens.text).toContain("/v1/audio/transcriptions");
    for (const path of ["client_secrets", "calls", "sessions"]) {
      const told = await fetch(`${gateway.url}/v1/realtime/${path}`, { method: "POST", headers: { authorization } });
      expect(told.status, path).toBe(404);
      expect(await told.text()).toContain("WebSocket");
    }
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-realtime`, [
      `openai-insecure-api-key.${credential}`,
      "realtime",
    ]);
    await once(socket, "message");
    expect(socket.protocol).toBe("realtime");
    socket.close();
  });

  it("answers texts and images, each response one row to the token, held at no less", async () => {
    const { talk, organizationId } = await begin();
    const items = [
      text,
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "And this?" },
          { type: "input_image", image_url: `data:image/png;base64,${pngOf(640, 480).toString("base64")}` },
        ],
      },
    ];
    for (const item of items) {
      talk.send({ type: "conversation.item.create", item });
      expect(await talk.respond()).toMatchObject({
        response: { status: "completed" },
        nexus: { usageSource: "provider" },
      });
    }
    await talk.set({ output_modalities: ["text"], max_output_tokens: 20 });
    const short = await talk.respond();
    expect(short).toMatchObject({ response: { status: "incomplete", usage: { output_tokens: 20 } } });
    const rows = await gateway.rows(organizationId);
    expect(rows.map(({ units }) => units)).toEqual(gateway.sandbox.requests().map(({ units }) => units));
    for (const { state, source, held, cost } of rows) {
      expect(`${state} ${source}`).toBe("settled provider");
      expect(held).toBeGreaterThanOrEqual(cost ?? held + 1n);
    }
    // Text alone is held at text's rate: with what went in before, far less than a spoken answer.
    expect(rows[2]?.held).toBeLessThan((rows[0]?.held ?? 0n) / 2n);
    const prices = { input: 4_000n, inputAudio: 32_000n, inputImage: 5_000n, output: 16_000n, outputAudio: 64_000n };
    const due = Object.entries(prices).reduce(
      (sum, [name, price]) => sum + BigInt(Reflect.get(rows[1]?.units ?? {}, name)) * price,
      0n,
    );
    expect(rows[1]?.cost).toBe(due);
    talk.close();
  });

  it("answers whoever has spoken, though its vendor begins nothing by itself; sound in the cache has a price of its own", async () => {
    const { talk, organizationId } = await begin(gateway.issue(), "openai/gpt-realtime-mini");
    const said = async (ms: number) => {
      talk.send(append(ms));
      talk.send(append(600, false));
      await talk.next("input_audio_buffer.speech_started");
      await talk.next("input_audio_buffer.committed");
      return talk.next("response.done", "error");
    };
    expect(await said(110_000)).toMatchObject({ response: { status: "completed" } });
    expect(await said(1_000)).toMatchObject({
      response: { usage: { input_token_details: { cached_tokens_details: { audio_tokens: 1_105 } } } },
    });
    const [first, second] = await gateway.rows(organizationId);
    expect(second?.units).toEqual(gateway.sandbox.requests().at(-1)?.units);
    const {
      input = 0,
      cacheRead = 0,
      cacheReadAudio = 0,
      inputAudio = 0,
      output = 0,
      outputAudio = 0,
    } = second?.units ?? {};
    const millionths =
      input * 0.6 + cacheRead * 0.06 + cacheReadAudio * 0.3 + inputAudio * 10 + output * 2.4 + outputAudio * 20;
    expect(Number(second?.cost)).toBe(Math.round(millionths * 1_000));
    expect(first?.held).toBeGreaterThanOrEqual(first?.cost ?? 0n);
    const shown = await talk.set({
      audio: { input: { turn_detection: { type: "server_vad", create_response: false } } },
    });
    expect(shown).toMatchObject({ session: { audio: { input: { turn_detection: { create_response: false } } } } });
    talk.send(append(1_000));
    talk.send(append(600, false));
    await talk.next("conversation.item.done");
    const again = await talk.set({ audio: { input: { turn_detection: { type: "server_vad" } } } });
    expect(again).toMatchObject({ session: { audio: { input: { turn_detection: { create_response: true } } } } });
    expect(await states(organizationId)).toHaveLength(2);
    talk.close();
  });

  it("is interrupted by whoever speaks, and pays for what was said by then", async () => {
    gateway.sandbox.script({ vendor: "openai", path: "/realtime", times: 1, faults: [{ name: "pace", everyMs: 30 }] });
    const { talk, organizationId } = await begin();
    await talk.say("Tell me [[words:60]]");
    talk.send({ type: "response.create" });
    await talk.next("response.output_audio.delta");
    talk.send({ type: "response.create", event_id: "second" });
    expect(await talk.next("error")).toMatchObject({
      error: { code: "conversation_already_has_active_response", event_id: "second" },
    });
    talk.send(append(1_000));
    talk.send(append(600, false));
    expect(await talk.next("response.done")).toMatchObject({
      response: { status: "cancelled", status_details: { reason: "turn_detected" } },
    });
    expect(await talk.next("response.done")).toMatchObject({ response: { status: "completed" } });
    const rows = await gateway.rows(organizationId);
    expect(rows.map(({ units }) => units)).toEqual(gateway.sandbox.requests().map(({ units }) => units));
    talk.close();
  });

  it("refuses what is not priced, what is not known and what its vendor refuses, in words, and goes on", async () => {
    const { talk, organizationId } = await begin(gateway.issue(), "gpt-realtime-1.5");
    const told = async (event: Record<string, unknown>) => {
      talk.send({ event_id: "mine", ...event });
      const { error } = await talk.next("error");
      return error;
    };
    const session = (fields: object) => told({ type: "session.update", session: { type: "realtime", ...fields } });
    const turn = { audio: { input: { turn_detection: { type: "server_vad", idle_timeout_ms: 6_000 } } } };
    for (const [fields, param] of [
      [
        {
          tools: [
            {
              type: "mcp",
              server_label: "a",
              server_url: "https://example.com",
            },
          ],
        },
        "session.tools[0].type",
      ],
      [turn, "session.audio.input.turn_detection.idle_timeout_ms"],
      [
        { audio: { input: { transcription: { model: "whisper-1", delay: "low" } } } },
        "session.audio.input.transcription.delay",
      ],
      [{ prompt: { id: "pmpt_1" } }, "session.prompt"],
      [{ model: "gpt-realtime-2" }, "session.model"],
      [{ include: ["item.input_audio_transcription.logprobs"] }, "session.include[0]"],
      [{ instruction: "Be short." }, "session.instruction"],
    ] as const)
      expect(await session(fields), param).toMatchObject({ param, event_id: "mine", type: "invalid_request_error" });
    expect(await told({ type: "output_audio_buffer.clear" })).toMatchObject({ param: "type" });
    const away = {
      ...text,
      content: [{ type: "input_image", image_url: "https://example.com/a.png" }],
    };
    expect(await told({ type: "conversation.item.create", item: away })).toMatchObject({
      type: "invalid_request_error",
    });
    expect(await told({ type: "input_audio_buffer.commit" })).toMatchObject({
      code: "input_audio_buffer_commit_empty",
      event_id: "mine",
    });
    expect(await talk.set({ output_modalities: ["text", "audio"] })).toMatchObject({ type: "error" });
    talk.socket.send("no JSON");
    expect(await talk.next("error")).toMatchObject({ error: { type: "invalid_request_error" } });
    expect(await talk.respond()).toMatchObject({ response: { status: "completed" } });
    gateway.sandbox.script({ vendor: "openai", path: "/realtime", times: 1, faults: [{ name: "rate-limited" }] });
    expect(await told({ type: "response.create" })).toMatchObject({ code: "PROVIDER_RATE_LIMITED", event_id: "mine" });
    // As with every call, the model is left alone for a while.
    expect(await talk.respond()).toMatchObject({
      error: { code: "PROVIDER_RATE_LIMITED", details: { circuit: "open" } },
    });
    expect(await states(organizationId)).toEqual(["settled provider", "released none"]);
    expect(gateway.sandbox.requests()).toHaveLength(1);
    talk.close();
  });

  it("ends for whoever is no longer permitted", async () => {
    const { talk, credential, organizationId } = await begin();
    gateway.withdraw(credential);
    expect(await talk.respond()).toMatchObject({ type: "error", error: { code: "UNAUTHENTICATED" } });
    expect(await states(organizationId)).toEqual([]);
    talk.close();
  });
});

describe("whoever means harm", () => {
  it("opens no session by another path, two keys, none, a cookie or half a handshake", async () => {
    const { credential } = gateway.issue();
    const authorization = `Bearer ${credential}`;
    const key = `openai-insecure-api-key.${credential}`;
    const model = "model=gpt-realtime";
    const tries: readonly (readonly [path: string, headers: Record<string, string | string[]>, status: number])[] = [
      [`/v1/realtime/?${model}`, { authorization }, 426],
      [`/v1/realtimes?${model}`, { authorization }, 426],
      [`/v1/realtime%2f..?${model}`, { authorization }, 426],
      [`/v1/../v1/realtime?${model}`, { authorization }, 426],
      [`http://evil.example/v1/realtime?${model}`, { authorization }, 400],
      [`/v1/realtime?${model}`, { authorization, host: ["nexus.example", "evil.example"] }, 400],
      [`/v1/realtime?${model}&model=gpt-realtime-mini`, { authorization }, 400],
      [`/v1/realtime?model=${"a".repeat(2_000)}`, { authorization }, 400],
      ["/v1/realtime?model=gpt-realtime%00", { authorization }, 400],
      [`/v1/realtime?${model}`, { authorization, "sec-websocket-protocol": `realtime, ${key}` }, 400],
      [`/v1/realtime?${model}`, { "sec-websocket-protocol": `realtime, ${key}, ${key}` }, 400],
      [`/v1/realtime?${model}`, { "sec-websocket-protocol": "realtime, openai-insecure-api-key." }, 401],
      [`/v1/realtime?${model}`, { "sec-websocket-protocol": key.toUpperCase() }, 401],
      [`/v1/realtime?${model}`, { cookie: `token=${credential}`, origin: "https://evil.example" }, 401],
      [`/v1/realtime?${model}`, { authorization, "sec-websocket-version": "7" }, 400],
      [`/v1/realtime?${model}`, { authorization, "sec-websocket-key": "short" }, 400],
      [`/v1/realtime?${model}`, { authorization, dpop: "proof" }, 426],
    ];
    for (const [path, headers, status] of tries)
      expect(await knock(path, headers), `${path} ${Object.keys(headers).join(" ")}`).toBe(status);
  });

  it("is told what is wrong with a message, and let go for a frame that is none; nothing is asked for", async () => {
    const { talk, organizationId } = await begin();
    for (const said of [
      "[]",
      "7",
      "null",
      "{",
      '{"type":"response.create","__proto__":{"a":1}}',
      `{"type":${"[".repeat(50_000)}`,
      '{"type":"constructor"}',
      '{"type":"session.update","session":{"type":"realtime","audio":{"input":null}}}',
    ]) {
      talk.socket.send(said);
      expect(await talk.next("error"), said.slice(0, 60)).toMatchObject({ error: { type: "invalid_request_error" } });
    }
    talk.socket.send(Buffer.from('{"type":"response.create"}'), { binary: true });
    expect(await talk.next("error")).toMatchObject({ error: { type: "invalid_request_error" } });
    for (const frame of [
      Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
      Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
      Buffer.from([0x81, 0x01, 0x7b]),
      Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]) {
      const one = await begin();
      Reflect.get(one.talk.socket, "_socket").write(frame);
      const [code] = await once(one.talk.socket, "close");
      expect([1002, 1006, 1007, 1009]).toContain(code);
    }
    expect(await states(organizationId)).toEqual([]);
    talk.close();
  });
});

describe("a realtime response that breaks off", () => {
  const broken = async (name: string) => {
    const opened = await begin();
    gateway.sandbox.script({ vendor: "openai", path: "/realtime", times: 1, faults: [{ name, everyMs: 10 }] });
    await opened.talk.say("Tell me [[words:40]]");
    opened.talk.send({ type: "response.create" });
    return opened;
  };

  it("is cancelled, counted and charged once where its client leaves", async () => {
    const { talk, organizationId } = await broken("pace");
    await talk.next("response.output_audio.delta");
    talk.socket.terminate();
    await expect.poll(() => states(organizationId), { timeout: 5_000 }).toEqual(["settled drained"]);
    const [row] = await gateway.rows(organizationId);
    expect(row?.units).toEqual(gateway.sandbox.requests()[0]?.units);
    expect(row?.units?.outputAudio).toBeLessThan(200);
  });

  it.each([
    ["cut-before-first-delta", "cut"],
    ["cut-mid-stream", "cut"],
    ["cut-after-last-delta", "cut"],
    ["hang-mid-body", "timeout"],
    ["hang-before-headers", "timeout"],
  ])("keeps its hold in doubt where its vendor goes: %s", async (name, doubt) => {
    const { talk, organizationId } = await broken(name);
    const [code] = await once(talk.socket, "close");
    expect(code).toBe(1011);
    expect(talk.types()).toContain("error");
    expect(talk.types()).not.toContain("response.done");
    const [row] = await gateway.rows(organizationId);
    expect(row).toMatchObject({ state: "uncertain", doubt, cost: null });
  });
});
