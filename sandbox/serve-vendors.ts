import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { anthropic } from "./anthropic/vendor.ts";
import { planReply, usageTelling } from "./plan-reply.ts";
import type { FileShelf } from "./files/file-shelf.ts";
import { google } from "./google/vendor.ts";
import { bedrockWire } from "./bedrock/vendor.ts";
import { groqWire } from "./chat-vendors/groq.ts";
import { mistralWire } from "./chat-vendors/mistral.ts";
import { xaiWire } from "./chat-vendors/xai.ts";
import { cohereWire } from "./cohere/vendor.ts";
import { deepgramWire } from "./deepgram/vendor.ts";
import { elevenLabsWire } from "./elevenlabs/vendor.ts";
import { falWire } from "./fal/vendor.ts";
import { azureWire } from "./openai/azure.ts";
import { compatible, openai } from "./openai/vendor.ts";
import { vertexWire } from "./vertex/vendor.ts";
import { readUploadForm } from "./read-upload-form.ts";
import { parseJson } from "./read-json.ts";
import type { RecordStore } from "./record-store.ts";
import type { RequestLog, RequestRecord } from "./request-log.ts";
import { carriedFaults } from "./script.ts";
import type { Script } from "./script.ts";
import { sendReply } from "./send-reply.ts";
import { vendorIds } from "./vendor.ts";
import type { Vendor, SandboxVendorId } from "./vendor.ts";

export const vendors: Readonly<Record<SandboxVendorId, Vendor>> = {
  openai,
  anthropic,
  google,
  vertex: vertexWire,
  azure: azureWire,
  bedrock: bedrockWire,
  mistral: mistralWire,
  groq: groqWire,
  xai: xaiWire,
  cohere: cohereWire,
  elevenlabs: elevenLabsWire,
  deepgram: deepgramWire,
  fal: falWire,
  compatible,
};

/** What can be changed while the sandbox runs. */
export interface Settings {
  /** Accepted credentials by vendor; a vendor without a set accepts any of the right shape. */
  keys: { readonly [V in SandboxVendorId]?: readonly string[] };
  /** A repeated operation id is answered again but billed once. */
  idempotent: boolean;
  /** Whether `/__sandbox/lookup` answers. */
  lookup: boolean;
  /** Pause before each delta of a stream. */
  paceMs: number;
}

export interface SandboxServer {
  readonly script: Script;
  readonly store: RecordStore;
  readonly log: RequestLog;
  readonly files: FileShelf;
  readonly settings: Settings;
  readonly now: () => number;
  /** Called with each record after it is on disk and before it is answered. */
  readonly onRequest?: (record: RequestRecord) => Promise<void> | void;
  seq: number;
}

export const bodyLimit = 64 * 1_048_576;

/** The body, or undefined where it is longer than the limit. */
export async function readBody(request: IncomingMessage, limit = bodyLimit): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
}

const header = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : null;
};

/** The vendor whose mount a path is under. */
export const vendorAt = (path: string): SandboxVendorId | undefined =>
  vendorIds.find((id) => [vendors[id].mount, vendors[id].uploads].some((mount) => path.startsWith(`${mount}/`)));

const pathBelow = ({ mount, uploads }: Vendor, path: string): string =>
  uploads !== undefined && path.startsWith(`${uploads}/`)
    ? `/upload${path.slice(uploads.length)}`
    : path.slice(mount.length);

function accepts(server: SandboxServer, id: SandboxVendorId, key: string | undefined): boolean {
  const keys = server.settings.keys[id];
  return keys === undefined ? vendors[id].acceptsKey(key) : key !== undefined && keys.includes(key);
}

/** Answers one vendor request: read, decide, log, then send. */
export async function serveVendor(
  server: SandboxServer,
  id: SandboxVendorId,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const vendor = vendors[id];
  const raw = await readBody(request);
  const bodyText = raw?.toString() ?? "";
  const bodyDigest = hash("sha256", raw ?? "");
  const contentType = header(request, "content-type") ?? "";
  const isForm = contentType.startsWith("multipart/form-data");
  const parsed = isForm && raw !== undefined ? await readUploadForm(raw, contentType) : parseJson(bodyText);
  const body = raw === undefined || raw.length === 0 ? undefined : parsed;
  const path = pathBelow(vendor, url.pathname);
  const named = vendor.identify(path, body, url.searchParams);
  const [model = "", suffix = ""] = named.model.split("~", 2);
  const operationId =
    header(request, "x-nexus-operation-id") ??
    header(request, "idempotency-key") ??
    header(request, "x-client-request-id");
  const key = vendor.credentialOf(request.headers);
  const method = request.method ?? "GET";

  const allowed = accepts(server, id, key);
  const calls = allowed
    ? [
        ...carriedFaults(request.headers["x-sandbox-fault"], bodyText, suffix),
        ...server.script.match({ vendor: id, path, model, operationId, bodyText }),
      ]
    : [];
  const nowMs = server.now();
  const error = (status: number, message: string) => vendor.error(status, message, bodyDigest);
  const answer = () => {
    if (!allowed) return vendor.refuseKey(key, bodyDigest);
    if (raw === undefined) return error(413, "The request is too large.");
    const telling = usageTelling(calls, { vendor: id, path, model, body });
    return vendor.reply({
      method,
      path,
      query: url.searchParams,
      target: request.url ?? "/",
      raw,
      headers: request.headers,
      body,
      bodyDigest,
      model,
      nowMs,
      files: server.files.of(`${id} ${key ?? ""}`),
      telling,
    });
  };
  const seq = ++server.seq;
  const { plan, billed, units } = planReply(answer(), calls, {
    error,
    position: seq,
    paceMs: server.settings.paceMs,
  });
  const first = operationId === null ? undefined : server.store.firstOf(id, operationId);
  const repeated = server.settings.idempotent && first?.billed === true;
  const record: RequestRecord = {
    type: "request",
    seq,
    at: new Date(nowMs).toISOString(),
    vendor: id,
    method,
    path,
    model,
    stream: named.stream,
    operationId,
    idempotencyKey: header(request, "idempotency-key"),
    clientRequestId: header(request, "x-client-request-id"),
    keyDigest: key === undefined ? null : hash("sha256", key).slice(0, 12),
    bodyDigest,
    bodyBytes: raw?.length ?? bodyLimit,
    mark: /\[\[mark:([\w-]{1,64})\]\]/.exec(bodyText)?.[1] ?? null,
    repeatOf: first?.seq ?? null,
    faults: calls.map((call) => call.name),
    status: plan.reply.status,
    billed: billed && !repeated,
    units,
    reported: plan.reply.reported,
  };
  server.store.add(record);
  await server.log.append(record);
  await server.onRequest?.(record);
  const sent = await sendReply(response, plan);
  const ending = {
    type: "answer",
    seq,
    at: new Date(server.now()).toISOString(),
    ...sent,
  } as const;
  server.store.finish(ending);
  server.log.note(ending);
}
