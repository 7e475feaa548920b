import type { AiVendor, NativeDialect, NativeRequest, ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError, type WireRequest } from "../../contracts/vendor-call.ts";
import { wordAt } from "./json.ts";
import { meteredOf } from "./reader.ts";
import type { Dialect } from "./dialect.ts";
import { openTap, type Tap, type TappedFrame } from "./tap.ts";

/** Of a byte order mark, which can only be at the start of a stream. */
const firstOfMark = 0xef;

type NativeOperations = NonNullable<AiVendor["native"][NativeDialect]>;

export interface NativePass {
  readonly dialect: Dialect;
  /** Headers of ours, with the credential; they stand above the caller's. */
  readonly headers: (io: ProviderIo) => Readonly<Record<string, string>>;
  /** Headers of the caller that go on to the vendor, in lower case. */
  readonly passes: readonly string[];
  /** Headers for callers that sent none. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What the headers that are passed on, or stand in for them, lack for this request. */
  readonly completes?: (given: Readonly<Record<string, string>>, io: ProviderIo) => Readonly<Record<string, string>>;
  /** Refuses what the vendor must not be asked for, by throwing. */
  readonly check?: (request: NativeRequest) => void;
  /** What a streamed body says beside what limits it. */
  readonly streamed?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Frames that only Nexus asked for. */
  readonly withheld?: (document: unknown) => boolean;
  /** Clients of the dialect go by the names of events, which some servers leave out. */
  readonly namesEvents?: boolean;
  /** The event that ends a stream has all that is to be known: a vendor that does not hang up then is not waited for. */
  readonly endsItself?: boolean;
}

/** The caller's headers that a vendor may see, whatever the API surface let through. */
const passed = (headers: Readonly<Record<string, string>>, passes: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const key = name.toLowerCase();
      return passes.includes(key) ? [[key, value] as const] : [];
    }),
  );

/** A caller's request as it goes to the vendor, with our credential. */
export const outgoing = (
  { headers, defaults, passes, completes }: Pick<NativePass, "headers" | "defaults" | "passes" | "completes">,
  request: NativeRequest,
  io: ProviderIo,
  body: unknown,
): WireRequest => {
  const given = { ...defaults, ...passed(request.headers, passes) };
  return {
    method: "POST",
    path: request.path,
    values: { model: io.model },
    headers: { ...given, ...completes?.(given, io), ...headers(io), "content-type": "application/json" },
    body: JSON.stringify(body),
  };
};

/** A request that is not translated: the body goes out within its limits, and the answer is read as its bytes pass. */
export const nativeAnswer =
  (pass: NativePass): NativeOperations["answer"] =>
  async (request, io) => {
    pass.check?.(request);
    const tap = openTap(pass.dialect, io);
    const { stream: _stream, stream_options: _options, ...whole } = request.body;
    const body = pass.dialect.enforceLimits(whole, io);
    const { response, bytes } = await tap.answer(outgoing(pass, request, io, body)).catch((error: unknown) => {
      throw error instanceof ProviderError ? error.with(meteredOf(tap.reading())) : error;
    });
    const contentType = response.headers["content-type"] ?? "application/json";
    return { ...meteredOf(tap.reading()), result: { status: response.status, contentType, body: bytes } };
  };

/** A frame with the name of its event, taken from its document. */
export const namedEvent = ({ raw, event, data, document }: TappedFrame): Uint8Array => {
  const type = wordAt(document, "type");
  if (type === undefined || type === event) return raw;
  if (event !== undefined) return Buffer.from(`event: ${type}\ndata: ${data?.replaceAll("\n", "\ndata: ")}\n\n`);
  const unmarked = Buffer.from(raw).subarray(raw[0] === firstOfMark ? 3 : 0);
  return Buffer.concat([Buffer.from(`event: ${type}\n`), unmarked]);
};

/** Events up to the one that ends the stream. */
export async function* untilEnding(
  frames: AsyncIterable<TappedFrame>,
  { endsStream }: Pick<Dialect, "endsStream">,
): AsyncGenerator<TappedFrame> {
  for await (const frame of frames) {
    yield frame;
    if (endsStream?.(frame.document) === true) return;
  }
}

/**
 * Events as they pass, those that `show` leaves out aside. A comment, a ping or a role is no answer yet: until one begins,
 * another route may take over.
 */
export async function* onceBegun(
  tap: Tap,
  frames: AsyncIterable<TappedFrame>,
  show: (frame: TappedFrame) => Uint8Array | undefined = ({ raw }) => raw,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  for await (const frame of frames) {
    const bytes = show(frame);
    if (bytes !== undefined) held.push(bytes);
    if (tap.begun()) yield* held.splice(0);
  }
  yield* held;
}

/** The same as a stream of whole events. The stream's own ending is left to the reader of `meter()`. */
export const nativeStream =
  (pass: NativePass): NonNullable<NativeOperations["stream"]> =>
  async (request, io) => {
    pass.check?.(request);
    const tap = openTap(pass.dialect, io);
    const streamed = pass.streamed?.(request.body) ?? { ...request.body, stream: true };
    const { frames } = await tap.stream(outgoing(pass, request, io, pass.dialect.enforceLimits(streamed, io)));

    const read = pass.endsItself === true ? untilEnding(frames, pass.dialect) : frames;
    const chunks = onceBegun(tap, read, (frame) => {
      if (!request.includeUsage && pass.withheld?.(frame.document) === true) return undefined;
      return pass.namesEvents === true ? namedEvent(frame) : frame.raw;
    });
    return { chunks, meter: () => tap.reading() };
  };
