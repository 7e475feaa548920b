import type { AiVendor, NativeDialect, NativeRequest, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Answered, Streaming } from "../../contracts/vendor-call.ts";
import { ai } from "../../contracts/ai.ts";
import { cannot } from "../../families/ai/index.ts";
import type { Clock } from "../../platform/clock.ts";
import type { AnswerOrigin, TextDialect, Translated } from "./dialect.ts";
import { told } from "./told.ts";
import { withVendorFiles } from "./with-vendor-files.ts";
import type { WireAnswer } from "./wire-answer.ts";
import { withoutEnding } from "./without-ending.ts";

interface Asked<R> {
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: R;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the caller's headers, what the vendor does not get to see. */
  readonly withheld: readonly string[];
}

/** The untranslated road to a model, and what is sent on it. */
interface Road<R> {
  readonly native: NonNullable<AiVendor["native"][NativeDialect]>;
  readonly bodyOf: NonNullable<TextDialect<R & { readonly model: string }>["nativeBody"]>;
}

/** Where there is one. */
const roadOf = <R extends { readonly model: string }>(
  vendor: AiVendor,
  { id, nativeBody }: Pick<TextDialect<R>, "id" | "nativeBody">,
  model: string,
): Road<R> | undefined => {
  const native = id === "google.interactions" ? undefined : vendor.native[id];
  if (native === undefined || nativeBody === undefined || native.serves?.(model) === false) return undefined;
  return { native, bodyOf: nativeBody };
};

/** One request on its way: by the vendor's own dialect where it speaks it, else translated. */
export class DialectCall<R extends { readonly model: string }> {
  readonly #dialect: TextDialect<R>;
  readonly #asked: Asked<R>;
  readonly #clock: Clock;
  /** Settings that a stream's vendor could not carry out. */
  readonly warnings = new Set<string>();
  #translated: Translated | undefined;

  constructor(dialect: TextDialect<R>, asked: Asked<R>, clock: Clock) {
    this.#dialect = dialect;
    this.#asked = asked;
    this.#clock = clock;
  }

  #native({ bodyOf }: Pick<Road<R>, "bodyOf">, io: ProviderIo): NativeRequest {
    const { body, request, headers } = this.#asked;
    return {
      path: this.#dialect.path,
      headers,
      body: withVendorFiles(bodyOf(body, request, io), io),
      includeUsage: this.#dialect.includeUsage(request),
    };
  }

  #road(vendor: AiVendor, { model }: ProviderIo): Road<R> | undefined {
    const dialect = this.#dialect;
    return dialect.alwaysTranslated?.(this.#asked.request) === true ? undefined : roadOf(vendor, dialect, model);
  }

  /** Once for all routes. */
  #translate(): Translated {
    return (this.#translated ??= this.#dialect.translate(this.#asked.request));
  }

  #origin(io: ProviderIo, responseModel: string | undefined): AnswerOrigin {
    return { operationId: io.operationId, nowMs: this.#clock.now(), model: responseModel ?? io.model };
  }

  async answer(vendor: AiVendor, io: ProviderIo): Promise<Answered<WireAnswer>> {
    const road = this.#road(vendor, io);
    if (road) {
      const answered = await road.native.answer(this.#native(road, io), io);
      const { adopt } = this.#dialect;
      const { body } = answered.result;
      const own = adopt === undefined ? body : adopt.answer(body, this.#origin(io, answered.responseModel));
      return { ...answered, result: { body: own, warnings: this.#asked.withheld } };
    }
    const { input, warnings } = this.#translate();
    if (vendor.generateText === undefined) throw cannot(ai.generateText.id);
    const answered = await vendor.generateText(input, io);
    const changes = answered.result.warnings.map(told);
    const body = this.#dialect.encodeAnswer(answered, this.#origin(io, answered.responseModel));
    return {
      ...answered,
      result: { body, warnings: [...new Set([...this.#asked.withheld, ...warnings, ...changes])] },
    };
  }

  async open(vendor: AiVendor, io: ProviderIo): Promise<Streaming<Uint8Array>> {
    const { isEnding, includeUsage, encodeStream, adopt } = this.#dialect;
    const road = this.#road(vendor, io);
    const native = road?.native.stream;
    this.warnings.clear();
    for (const withheld of this.#asked.withheld) this.warnings.add(withheld);
    if (road && native) {
      const streaming = await native(this.#native(road, io), io);
      return adopt === undefined
        ? withoutEnding(streaming, isEnding)
        : adopt.stream(streaming, () => this.#origin(io, streaming.meter().responseModel));
    }
    const { input, warnings } = this.#translate();
    for (const warning of warnings) this.warnings.add(warning);
    if (vendor.streamText === undefined) throw cannot(ai.streamText.id);
    const streaming = await vendor.streamText(input, io);
    const chunks = encodeStream({
      streaming,
      origin: () => this.#origin(io, streaming.meter().responseModel),
      includeUsage: includeUsage(this.#asked.request),
      onWarning: (setting) => void this.warnings.add(setting),
    });
    return { chunks, meter: streaming.meter };
  }
}
