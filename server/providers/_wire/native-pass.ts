import {
  ProviderError,
  type AiVendor,
  type NativeRequest,
  type ProviderIo,
  type WireRequest,
} from "../../contracts/provider.ts";
import { arrayAt, isRecord, wordAt } from "./json.ts";
import { meteredOf } from "./reader.ts";
import { openTap, type Dialect, type TappedFrame } from "./tap.ts";

/** Of a byte order mark, which only ever stands at a stream's very beginning. */
const firstOfMark = 0xef;

type NativeRoad = NonNullable<AiVendor["native"]["openai.chat"]>;

export interface NativePass {
  readonly dialect: Dialect;
  /** Headers of ours, with the credential; they stand above the caller's. */
  readonly headers: (io: ProviderIo) => Readonly<Record<string, string>>;
  /** Headers for callers that sent none. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Refuses what the vendor must not be asked for, by throwing. */
  readonly check?: (request: NativeRequest) => void;
  /** What a streamed body says beside the sealed one. */
  readonly streamed?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Frames that only Nexus asked for. */
  readonly withheld?: (document: unknown) => boolean;
  /** Clients of the dialect go by the names of events, which some servers leave out. */
  readonly namesEvents?: boolean;
}

/** Asks for usage in the last chunk of an OpenAI stream. */
export const withUsage = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...body,
  stream: true,
  stream_options: { ...(isRecord(body.stream_options) ? body.stream_options : {}), include_usage: true },
});

/** The chunk that carries usage and no choice. */
export const isUsageChunk = (document: unknown): boolean =>
  isRecord(document) &&
  isRecord(document.usage) &&
  Array.isArray(document.choices) &&
  arrayAt(document, "choices").length === 0;

/** The caller's headers that a vendor may see, whatever the door let through. */
const passable = new Set(["anthropic-version", "anthropic-beta", "openai-beta"]);

const passed = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const through: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (passable.has(key)) through[key] = value;
  }
  return through;
};

/** A caller's request as it goes to the vendor, with our credential. */
export const outgoing = (
  { headers, defaults }: Pick<NativePass, "headers" | "defaults">,
  request: NativeRequest,
  io: ProviderIo,
  body: unknown,
): WireRequest => ({
  method: "POST",
  path: request.path,
  headers: { ...defaults, ...passed(request.headers), ...headers(io), "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** The untranslated road: the body goes out sealed, the bytes come back as they are, and are read as they pass. */
export const nativeAnswer =
  (pass: NativePass): NativeRoad["answer"] =>
  async (request, io) => {
    pass.check?.(request);
    const tap = openTap(pass.dialect, io);
    const { stream: _stream, stream_options: _options, ...whole } = request.body;
    const body = pass.dialect.seal(whole, io);
    const { response, bytes } = await tap.answer(outgoing(pass, request, io, body)).catch((error: unknown) => {
      throw error instanceof ProviderError ? error.with(meteredOf(tap.reading())) : error;
    });
    const contentType = response.headers["content-type"] ?? "application/json";
    return { ...meteredOf(tap.reading()), result: { status: response.status, contentType, body: bytes } };
  };

/** A frame with the name of its event, which its document tells. */
const named = ({ raw, event, data, document }: TappedFrame): Uint8Array => {
  const type = wordAt(document, "type");
  if (type === undefined || type === event) return raw;
  if (event !== undefined) return Buffer.from(`event: ${type}\ndata: ${data?.replaceAll("\n", "\ndata: ")}\n\n`);
  const unmarked = Buffer.from(raw).subarray(raw[0] === firstOfMark ? 3 : 0);
  return Buffer.concat([Buffer.from(`event: ${type}\n`), unmarked]);
};

/** The same as a stream of whole events. The stream's own ending is left to the reader of `meter()`. */
export const nativeStream =
  (pass: NativePass): NonNullable<NativeRoad["stream"]> =>
  async (request, io) => {
    pass.check?.(request);
    const tap = openTap(pass.dialect, io);
    const sealed = pass.dialect.seal(request.body, io);
    const { frames } = await tap.stream(
      outgoing(pass, request, io, (pass.streamed ?? ((body) => ({ ...body, stream: true })))(sealed)),
    );

    async function* bytes(): AsyncGenerator<Uint8Array> {
      const held: Uint8Array[] = [];
      for await (const frame of frames) {
        const withheld = !request.includeUsage && pass.withheld?.(frame.document) === true;
        if (!withheld) held.push(pass.namesEvents === true ? named(frame) : frame.raw);
        // A comment, a ping or a role is no answer yet: until one begins, another route may take over.
        if (tap.begun()) yield* held.splice(0);
      }
      yield* held;
    }
    return { chunks: bytes(), meter: () => tap.reading() };
  };
