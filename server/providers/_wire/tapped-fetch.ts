import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { WireRequest } from "../../contracts/vendor-call.ts";
import { fillPath } from "../../contracts/wire-path.ts";
import type { Dialect } from "./dialect.ts";
import { doneData } from "./done-data.ts";
import { isRecord, parseJson } from "./json.ts";
import type { Tap, TappedFrame } from "./tap.ts";
import type { Tidy } from "./tidy.ts";
import { failure } from "./vendor-failure.ts";

/** An event in its plainest spelling, and as the SDK's schema can read it; nothing for what says nothing to it. */
const plain = (
  { data, document }: TappedFrame,
  tidy: Tidy | undefined,
  encode: Dialect["encode"],
): Uint8Array | undefined => {
  if (!isRecord(document))
    return encode === undefined && data?.trim() === doneData ? Buffer.from(`data: ${doneData}\n\n`) : undefined;
  const tidied = tidy?.(document);
  if (tidied === null) return undefined;
  if (encode !== undefined) return encode(tidied ?? document);
  const text = tidied === undefined && data?.includes("\n") === false ? data : JSON.stringify(tidied ?? document);
  return Buffer.from(`data: ${text}\n\n`);
};

const streamOf = (
  frames: AsyncIterable<TappedFrame>,
  { tidy, encode }: { readonly tidy: Tidy | undefined; readonly encode: Dialect["encode"] },
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> => {
  const source = frames[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (;;) {
            const { done, value } = await source.next();
            if (done === true) return controller.close();
            const event = plain(value, tidy, encode);
            if (event !== undefined) return controller.enqueue(event);
          }
        } catch (error) {
          onFailure(error);
          throw error;
        }
      },
      async cancel() {
        await source.return?.();
      },
    },
    { highWaterMark: 0 },
  );
};

/** Whatever the vendor called its answer, events are what it is by now. */
const streamHeaders = { "content-type": "text/event-stream" };

interface TappedFetch {
  readonly tap: Tap;
  readonly dialect: Dialect;
  readonly io: ProviderIo;
  readonly mode: "answer" | "stream";
  /** The declared paths of which the SDK may ask for one; `{model}` is a placeholder. */
  readonly paths: readonly string[];
  readonly onFailure: (error: unknown) => void;
}

/**
 * A fetch for the AI SDK that sends through the tap. The SDK builds its address from the model's name; what goes out is
 * the declared path, and only where the SDK's address is exactly that.
 */
export const tappedFetch = ({ tap, dialect, io, mode, paths, onFailure }: TappedFetch): typeof globalThis.fetch => {
  const values = { model: io.model };
  const pathOf = (url: string): string | undefined =>
    paths.find((path) => {
      const filled = fillPath(path, values);
      return filled !== undefined && url === io.baseUrl + filled;
    });

  const limited = (body: unknown): string => {
    const parsed = typeof body === "string" ? parseJson(body) : undefined;
    if (!isRecord(parsed)) throw failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" });
    // Vendor options may carry any field; the contract has one answer, and the mode is not theirs to choose.
    const { n: _n, stream, stream_options, ...rest } = parsed;
    return JSON.stringify(dialect.enforceLimits(mode === "stream" ? { ...rest, stream, stream_options } : rest, io));
  };

  const tidy = dialect.tidy?.();

  return async (input, init) => {
    try {
      const url = input instanceof Request ? input.url : input.toString();
      // A continuation would be billed beyond what was reserved, and nothing but the vendor's API is asked for here.
      const path = pathOf(url);
      if (path === undefined || tap.requests() > 0) {
        throw failure({
          ...(tap.requests() > 0
            ? { kind: "unknown", doubt: "unreadable", about: "route" }
            : { kind: "not_sent", about: "request" }),
          code: "CAPABILITY_MISSING",
        });
      }
      const request: WireRequest = {
        method: "POST",
        path,
        values,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: limited(init?.body),
      };
      if (mode === "answer") {
        const { response, bytes, document } = await tap.answer(request);
        const tidied = isRecord(document) ? tidy?.(document) : undefined;
        const body = isRecord(tidied) ? JSON.stringify(tidied) : bytes.slice();
        return new Response(body, { status: response.status, headers: response.headers });
      }
      const { response, frames } = await tap.stream(request);
      return new Response(streamOf(frames, { tidy, encode: dialect.encode }, onFailure), {
        status: response.status,
        headers: streamHeaders,
      });
    } catch (error) {
      onFailure(error);
      throw error;
    }
  };
};
