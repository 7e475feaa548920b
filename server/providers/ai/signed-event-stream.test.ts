import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { AwsV4Signer } from "aws4fetch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifySignature, type SigningScope } from "../../../sandbox/sigv4/verify-signature.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError, type ProviderFailure } from "../../contracts/vendor-call.ts";
import type { Clock } from "../../platform/clock.ts";
import { createEgress, type Egress } from "../../platform/egress/index.ts";
import { silentLogger } from "../../platform/logger.ts";
import { Counts, unitsOf } from "../_wire/counts.ts";
import type { Dialect } from "../_wire/dialect.ts";
import { EventStreamFramer } from "../_wire/event-stream-framer.ts";
import { recordAt, stringAt, type JsonRecord } from "../_wire/json.ts";
import { bytesOf, type Reader } from "../_wire/reader.ts";
import { openTap } from "../_wire/tap.ts";
import { noDownload } from "../../../test/no-download.ts";

// A vendor with a wire of its own, in the manner of Bedrock's ConverseStream: its requests are signed, and its answers
// are binary event streams. It is defined here alone, to show that these two steps are enough for it.

const region = "eu-central-1";
const accessKeyId = "AKIDCANARY77BE01";
const secretAccessKey = "canary-secret-5f2d9c71aa03/+x";
let now = Date.parse("2026-11-29T08:00:00Z");
const clock: Clock = { now: () => now, monotonic: () => performance.now() };

const reader = (): Reader => {
  let usage: JsonRecord | undefined;
  let deliveredBytes = 0;
  let complete = false;
  return {
    read(document) {
      deliveredBytes += bytesOf(stringAt(recordAt(recordAt(document, "contentBlockDelta"), "delta"), "text"));
      usage = recordAt(recordAt(document, "metadata"), "usage") ?? usage;
      complete ||= recordAt(document, "messageStop") !== undefined;
    },
    done() {
      complete = true;
    },
    begun: () => deliveredBytes > 0 || usage !== undefined,
    reading: (vendorRequestId) => {
      const counts = new Counts();
      const units = unitsOf({ input: counts.at(usage, "inputTokens"), output: counts.at(usage, "outputTokens") });
      return {
        units: usage === undefined ? null : units,
        final: complete && usage !== undefined,
        rawUsage: usage,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes,
        complete,
      };
    },
  };
};

const dialect: Dialect = {
  reader,
  enforceLimits: (body, io) => ({ ...body, inferenceConfig: { maxTokens: io.maxOutputTokens } }),
  errors: {
    badKey: {
      names: /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)Exception$/,
    },
    exhausted: { names: /^ServiceQuotaExceededException$/ },
    deniedModel: { names: /^ResourceNotFoundException$/ },
    statuses: { throttlingException: 429, modelStreamErrorException: 424, internalServerException: 500 },
    requestIdHeader: "x-amzn-requestid",
  },
  framer: () => new EventStreamFramer(),
  // A message's name is the member under which its document stands.
  adjust: (document, event) => (event === undefined ? undefined : { [event]: document }),
  async sign({ method, host, path, query, headers, body, now: at }, credential) {
    const signer = new AwsV4Signer({
      method,
      url: `https://${host}${path}${query === "" ? "" : `?${query}`}`,
      headers: { ...headers },
      body: Buffer.from(body),
      accessKeyId: credential.accessKeyId ?? "",
      secretAccessKey: credential.secretAccessKey ?? "",
      service: "bedrock",
      region,
      datetime: new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    });
    const signed = (await signer.sign()).headers;
    return { authorization: signed.get("authorization") ?? "", "x-amz-date": signed.get("x-amz-date") ?? "" };
  },
};

const ask = async (io: ProviderIo): Promise<{ readonly text: string; readonly tap: ReturnType<typeof openTap> }> => {
  const tap = openTap(dialect, io);
  const { frames } = await tap.stream({
    method: "POST",
    path: "/model/{model}/converse-stream?trace=off",
    values: { model: io.model },
    headers: { "content-type": "application/json" },
    body: JSON.stringify(dialect.enforceLimits({ messages: [{ role: "user", content: [{ text: "Grüß Gott" }] }] }, io)),
  });
  let text = "";
  for await (const { document } of frames)
    text += stringAt(recordAt(recordAt(document, "contentBlockDelta"), "delta"), "text") ?? "";
  return { text, tap };
};

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const message = (headers: Readonly<Record<string, string>>, payload: unknown): Buffer =>
  Buffer.from(
    codec.encode({
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [`:${name}`, { type: "string", value }]),
      ),
      body: Buffer.from(JSON.stringify(payload)),
    }),
  );
const event = (type: string, payload: unknown): Buffer =>
  message({ "message-type": "event", "event-type": type }, payload);
const exception = message(
  { "message-type": "exception", "exception-type": "throttlingException" },
  { message: "Slow down." },
);
const begin = [
  event("messageStart", { role: "assistant" }),
  event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Servus, " } }),
];
const end = [
  event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "sun 🌞" } }),
  event("messageStop", { stopReason: "end_turn" }),
  event("metadata", { usage: { inputTokens: 12, outputTokens: 9, totalTokens: 21 } }),
];

interface Seen {
  readonly target: string;
  readonly authorization: string;
  readonly body: string;
}

const seen: Seen[] = [];
let scope: SigningScope;
let reply: (response: ServerResponse) => void;
const streams =
  (bytes: Buffer) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": "req-1" });
    for (let at = 0; at < bytes.length; at += 13) response.write(bytes.subarray(at, at + 13));
    response.end();
  };

/** The vendor: nothing is answered to a request whose signature is not good. */
const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
  const { method = "", url: target = "", headers } = request;
  seen.push({ target, authorization: headers.authorization ?? "", body: body.toString() });
  const refusal = verifySignature({ method, target, headers, body }, { ...scope, now });
  if (refusal === undefined) return reply(response);
  const { type, message: said } = refusal;
  response
    .writeHead(403, { "content-type": "application/json" })
    .end(JSON.stringify({ error: { type, message: said } }));
};

const http = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => answer(request, response, Buffer.concat(chunks)));
});
let egress: Egress;
let baseUrl: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  baseUrl = `http://${host}/base`;
  egress = createEgress({ allow: [host], log: silentLogger, clock });
});
afterAll(async () => {
  await egress.close();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});
beforeEach(() => {
  seen.length = 0;
  reply = streams(Buffer.concat([...begin, ...end]));
  scope = { secretOf: (id) => (id === accessKeyId ? secretAccessKey : undefined), region, service: "bedrock", now };
});

const open = (credential: Record<string, string> = { accessKeyId, secretAccessKey }): ProviderIo => {
  const { signal } = new AbortController();
  const { send } = egress.attempt({
    vendor: "signing",
    credentialId: "credential",
    credentialVersion: 1,
    baseUrl,
    deadlineMs: 20_000,
    firstByteMs: 20_000,
    idleMs: 20_000,
    maxBytes: 1_000_000,
    signal,
  });
  return {
    model: "maker.model-v1@2",
    credential,
    baseUrl,
    send,
    download: noDownload,
    signal,
    operationId: "operation-1",
    maxOutputTokens: 64,
  };
};

const failureOf = async (promise: Promise<unknown>): Promise<ProviderFailure> => {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  if (!(error instanceof ProviderError)) throw new Error("expected a ProviderError", { cause: error });
  expect(inspect(error, { depth: 12, showHidden: true })).not.toContain("canary-secret");
  return error.failure;
};

describe("a vendor that signs its requests and answers with a binary event stream", () => {
  it("is believed by a strict verifier, and is read and metered to the end", async () => {
    const { text, tap } = await ask(open());
    expect(text).toBe("Servus, sun 🌞");
    expect(tap.reading()).toMatchObject({
      units: { input: 12, output: 9 },
      final: true,
      complete: true,
      vendorRequestId: "req-1",
      deliveredBytes: Buffer.byteLength("Servus, sun 🌞"),
    });
    expect(seen[0]?.target).toBe("/base/model/maker.model-v1%402/converse-stream?trace=off");
    expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({ inferenceConfig: { maxTokens: 64 } });
    expect(inspect(seen)).not.toContain("canary-secret");
  });

  it("signs each attempt anew, by the clock of that moment", async () => {
    const io = open();
    await ask(io);
    now += 60 * 60_000;
    await ask(io);
    await ask(open());
    const [first, second, third] = seen.map(({ authorization }) => authorization);
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(seen).toHaveLength(3);
  });

  it("is refused with a wrong secret or an unknown key, as a credential is", async () => {
    for (const wrong of [
      { accessKeyId, secretAccessKey: "canary-secret-other" },
      { accessKeyId: "AKIDOTHER", secretAccessKey },
    ])
      expect(await failureOf(ask(open(wrong)))).toMatchObject({
        kind: "refused",
        code: "PROVIDER_AUTH_FAILED",
        about: "credential",
      });
  });

  it("sends nothing where it cannot be signed", async () => {
    const io = open();
    for (const sign of [
      () => Promise.reject(new Error(`no key ${secretAccessKey}`)),
      () => ({ host: "elsewhere.example" }),
    ]) {
      const tap = openTap({ ...dialect, sign }, io);
      const asked = tap.stream({ method: "POST", path: "/x", headers: {}, body: "{}" });
      expect(await failureOf(asked)).toMatchObject({ kind: "not_sent" });
    }
    expect(seen).toEqual([]);
  });

  it("fails by name where its stream is damaged or cut, and knows what had come", async () => {
    const bytes = Buffer.concat([...begin, ...end]);
    const damaged = Buffer.from(bytes);
    const at = Buffer.concat(begin).length + 30;
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    reply = streams(damaged);
    expect(await failureOf(ask(open()))).toMatchObject({ kind: "unknown", doubt: "unreadable" });
    reply = streams(bytes.subarray(0, bytes.length - 5));
    expect(await failureOf(ask(open()))).toMatchObject({ kind: "unknown", doubt: "cut" });
  });

  it("tells an exception: refused in place of an answer, in doubt after a beginning", async () => {
    reply = streams(exception);
    expect(await failureOf(ask(open()))).toMatchObject({ kind: "refused", code: "PROVIDER_RATE_LIMITED" });
    reply = streams(Buffer.concat([...begin, exception]));
    expect(await failureOf(ask(open()))).toMatchObject({ kind: "unknown", doubt: "server_error" });
  });
});
