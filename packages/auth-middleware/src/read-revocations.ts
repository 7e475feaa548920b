import { AuthUnavailable } from "./errors.ts";
import type { AuthTransport } from "./transport.ts";

/** One line of Auth's feed. */
export interface RevocationLine {
  readonly cursor: string;
  /** Milliseconds after the request of which everything is told with this line. */
  readonly at: number;
  readonly reset: boolean;
  readonly changed: readonly string[];
}

const maxLineLength = 256 * 1024;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseLine = (text: string): RevocationLine => {
  const line: unknown = JSON.parse(text);
  if (!isRecord(line)) throw new AuthUnavailable("a line of the feed is no object");
  const { cursor, at, reset = false, changed = [] } = line;
  if (
    typeof cursor !== "string" ||
    typeof at !== "number" ||
    !(at >= 0) ||
    typeof reset !== "boolean" ||
    !Array.isArray(changed) ||
    !changed.every((subject) => typeof subject === "string")
  )
    throw new AuthUnavailable("a line of the feed is malformed");
  return { cursor, at, reset, changed };
};

/** Rejects as soon as the signal does, also where the transport does not heed it. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });

const open = async (transport: AuthTransport, request: Request, signal: AbortSignal) => {
  const response = await orAborted(transport(request), signal);
  const { status, headers, body } = response;
  if (status !== 200 || !body || !/^application\/x-ndjson\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    await body?.cancel().catch(() => undefined);
    throw new AuthUnavailable(`the revocation feed answered status ${status}`);
  }
  return body.getReader();
};

/** The lines of one answer, as they come. Throws for anything that is not one, and when the signal says so. */
export const readRevocations = async function* (
  transport: AuthTransport,
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<RevocationLine> {
  const reader = await open(transport, request, signal);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await orAborted(reader.read(), signal);
      if (done) {
        if (rest !== "") throw new AuthUnavailable("the feed ended within a line");
        return;
      }
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > maxLineLength) throw new AuthUnavailable("a line of the feed is too long");
      for (const line of lines) yield parseLine(line);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
};
