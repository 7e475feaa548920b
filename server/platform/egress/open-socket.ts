import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import type { SocketRefusal, WireSocket } from "../../contracts/vendor-call.ts";
import { EgressError, type EgressReason } from "./egress-error.ts";
import type { Wire } from "./exchange.ts";
import { guardedLookup, type Resolve } from "./guarded-lookup.ts";
import type { Target } from "./target.ts";

interface OpenSocket {
  readonly target: Target;
  /** With the query, as it is sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly wire: Wire;
  readonly resolve: Resolve;
  readonly connectTimeoutMs: number;
  /** Until it ends, whatever is under way. */
  readonly deadlineMs: number;
  /** Of one message. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** A WebSocket of an attempt. `close` ends it, whatever is under way. */
export interface OpenedSocket {
  readonly socket: Promise<WireSocket | SocketRefusal>;
  readonly close: (reason?: EgressReason) => void;
}

const mostRefusalBytes = 65_536;

/** A vendor that refuses one says so with a status, and in words. */
const refusalOf = async (response: IncomingMessage): Promise<SocketRefusal> => {
  const { statusCode: status = 0, headers } = response;
  let text = "";
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > mostRefusalBytes) break;
  }
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as const],
  );
  return { status, headers: Object.fromEntries(flat), text: text.slice(0, mostRefusalBytes) };
};

const reasonOf = (error: Error): EgressReason => {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "name_unresolved";
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return "too_large";
  return code.startsWith("WS_ERR_") ? "protocol" : "connect_failed";
};

/** A fresh WebSocket to the target: to a checked address alone, unless the operator has named the host. */
export const openSocket = (options: OpenSocket): OpenedSocket => {
  const { target, path, headers, wire, resolve, connectTimeoutMs, deadlineMs, maxBytes, signal } = options;
  const opened = Promise.withResolvers<WireSocket | SocketRefusal>();
  let ended = false;
  let isUp = false;
  let onText: ((text: string) => void) | undefined;
  let onEnd: ((failure: Error | undefined) => void) | undefined;
  let failed: EgressError | undefined;
  const ws =
    signal.aborted || deadlineMs <= 0 || target.line !== undefined
      ? undefined
      : new WebSocket(`${target.origin.replace(/^http/, "ws")}${path}`, {
          headers,
          followRedirects: false,
          perMessageDeflate: false,
          handshakeTimeout: Math.min(connectTimeoutMs, deadlineMs),
          maxPayload: maxBytes,
          rejectUnauthorized: true,
          ...(target.allowed ? {} : { lookup: guardedLookup(resolve) }),
        });
  const timer = setTimeout(() => close("deadline"), Math.max(deadlineMs, 0));
  const end = (failure: EgressError | undefined): void => {
    if (ended) return;
    ended = true;
    failed = failure;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    ws?.terminate();
    if (isUp) onEnd?.(failure);
    else opened.reject(failure ?? new EgressError("cut", { sent: wire.sent }));
  };
  const close = (reason: EgressReason = "aborted"): void => end(new EgressError(reason, { sent: wire.sent }));
  const onAbort = (): void => close("aborted");
  if (ws === undefined) {
    close(signal.aborted ? "aborted" : deadlineMs <= 0 ? "deadline" : "request_invalid");
    return { socket: opened.promise, close };
  }
  signal.addEventListener("abort", onAbort, { once: true });
  const socket: WireSocket = {
    send: (text) =>
      new Promise((sent) => {
        if (ws.readyState === ws.OPEN) ws.send(text, () => sent());
        else sent();
      }),
    listen: (text, over) => {
      onText = text;
      onEnd = over;
      if (ended) over(failed);
      else ws.resume();
    },
    close: () => close("aborted"),
  };
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    if (ended) return;
    if (isBinary) close("protocol");
    else onText?.(data.toString("utf8"));
  });
  ws.on("open", () => {
    isUp = true;
    wire.answered = true;
    wire.status = 101;
    ws.pause();
    opened.resolve(socket);
  });
  ws.on("unexpected-response", (_request, response) => {
    const { statusCode: status = 0 } = response;
    wire.answered = true;
    wire.status = status;
    if (status >= 300 && status < 400) return end(new EgressError("redirect", { sent: wire.sent, status }));
    refusalOf(response).then(
      (refusal) => {
        opened.resolve(refusal);
        end(undefined);
      },
      (cause: unknown) => end(new EgressError("cut", { sent: wire.sent, status, cause })),
    );
  });
  ws.on("error", (cause) =>
    end(
      cause instanceof EgressError
        ? cause
        : new EgressError(isUp ? "cut" : reasonOf(cause), {
            sent: wire.sent,
            cause,
          }),
    ),
  );
  ws.on("close", (code) => end(code === 1000 ? undefined : new EgressError("cut", { sent: wire.sent })));
  return { socket: opened.promise, close };
};
