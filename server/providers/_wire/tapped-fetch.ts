import type { ProviderIo, WireRequest } from "../../contracts/provider.ts";
import { isRecord, parseJson } from "./json.ts";
import type { SseFrame } from "./sse-framer.ts";
import type { Dialect, Tap } from "./tap.ts";
import { failure } from "./vendor-failure.ts";

const streamOf = (frames: AsyncIterable<SseFrame>, onFailure: (error: unknown) => void): ReadableStream<Uint8Array> => {
  const source = frames[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (done === true) controller.close();
          else controller.enqueue(value.raw);
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

/** A fetch for the AI SDK that sends through the tap. It knows one base URL and JSON bodies, which is all that is needed. */
export const tappedFetch = (
  tap: Tap,
  dialect: Dialect,
  io: ProviderIo,
  mode: "answer" | "stream",
  onFailure: (error: unknown) => void,
): typeof globalThis.fetch => {
  const sealed = (body: unknown): string => {
    const parsed = typeof body === "string" ? parseJson(body) : undefined;
    if (!isRecord(parsed)) throw failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" });
    // Vendor options may carry any field; the contract has one answer, and the mode is not theirs to choose.
    const { n: _n, stream, stream_options, ...rest } = parsed;
    return JSON.stringify(dialect.seal(mode === "stream" ? { ...rest, stream, stream_options } : rest, io));
  };

  return async (input, init) => {
    try {
      const url = input instanceof Request ? input.url : input.toString();
      // A continuation would be billed beyond what was reserved, and nothing but the vendor's API is asked for here.
      if (!url.startsWith(`${io.baseUrl}/`) || tap.requests() > 0) {
        throw failure({
          kind: tap.requests() > 0 ? "unknown" : "not_sent",
          code: "CAPABILITY_MISSING",
          about: "request",
        });
      }
      const request: WireRequest = {
        method: "POST",
        path: url.slice(io.baseUrl.length),
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: sealed(init?.body),
      };
      if (mode === "answer") {
        const { response, bytes } = await tap.answer(request);
        return new Response(bytes.slice(), { status: response.status, headers: response.headers });
      }
      const { response, frames } = await tap.stream(request);
      return new Response(streamOf(frames, onFailure), { status: response.status, headers: response.headers });
    } catch (error) {
      onFailure(error);
      throw error;
    }
  };
};
