import { hash } from "node:crypto";
import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { usageTelling } from "../plan-reply.ts";
import type { SandboxServer } from "../serve-vendors.ts";
import type { SandboxVendorId, Vendor, VendorReply } from "../vendor.ts";
import { openaiError } from "./errors.ts";
import { openaiModel } from "./models.ts";
import { serveRealtimeSession } from "./realtime-session.ts";

const path = "/realtime";

const refuse = ({ status, headers, frames }: VendorReply, socket: Duplex): void => {
  const text = frames.map(({ bytes }) => String(bytes)).join("");
  const all = Object.entries({ ...headers, connection: "close", "content-length": Buffer.byteLength(text) });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${all.map((one) => one.join(": ")).join("\r\n")}\r\n\r\n${text}`,
  );
};

interface RealtimeUpgrade {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => void;
}

/** Sessions of the Realtime API, at the vendors that have it: `wss://api.openai.com/v1/realtime?model=…` */
export const createRealtimeUpgrade = (
  server: SandboxServer,
  vendors: Readonly<Partial<Record<SandboxVendorId, Vendor>>>,
): RealtimeUpgrade => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const upgrade: RealtimeUpgrade["upgrade"] = (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://sandbox");
    const found = Object.entries(vendors).find(([, { mount }]) => url.pathname === mount + path);
    if (found === undefined) return void socket.destroy();
    const [id, vendor] = found as [SandboxVendorId, Vendor];
    const digest = hash("sha256", request.url ?? "");
    const key = vendor.credentialOf(request.headers);
    const keys = server.settings.keys[id];
    const allowed = keys === undefined ? vendor.acceptsKey(key) : key !== undefined && keys.includes(key);
    if (!allowed) return refuse(vendor.refuseKey(key, digest), socket);
    const name = url.searchParams.get("model") ?? "";
    const model = openaiModel(name);
    if (model === undefined || !model.serves.includes("realtime"))
      return refuse(
        openaiError(404, `The model \`${name}\` does not exist or you do not have access to it.`, digest),
        socket,
      );
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on("error", () => accepted.terminate());
      serveRealtimeSession(accepted, {
        model,
        paceMs: () => server.settings.paceMs,
        faults: (bodyText) => server.script.match({ vendor: id, path, model: name, operationId: null, bodyText }),
        tell: (calls, usage) => usageTelling(calls, { vendor: id, path, model: name, body: {} }).edit(usage),
        record: async ({ units, reported, faults, body }) => {
          const seq = ++server.seq;
          const record = {
            type: "request",
            seq,
            at: new Date(server.now()).toISOString(),
            vendor: id,
            method: "GET",
            path,
            model: name,
            stream: true,
            operationId: null,
            idempotencyKey: null,
            clientRequestId: null,
            keyDigest: key === undefined ? null : hash("sha256", key).slice(0, 12),
            bodyDigest: hash("sha256", body),
            bodyBytes: Buffer.byteLength(body),
            mark: /\[\[mark:([\w-]{1,64})\]\]/.exec(body)?.[1] ?? null,
            repeatOf: null,
            faults,
            status: 101,
            billed: true,
            units,
            reported,
          } as const;
          server.store.add(record);
          await server.log.append(record);
          await server.onRequest?.(record);
        },
      });
    });
  };
  return {
    upgrade,
    close: () => {
      for (const client of sockets.clients) client.terminate();
    },
  };
};
