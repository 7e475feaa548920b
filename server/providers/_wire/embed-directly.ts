import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { EmbedInput } from "../../contracts/ai/embed.ts";
import { ProviderError, type Metered, type WireRequest } from "../../contracts/vendor-call.ts";
import { nothingUsable } from "./ask-model.ts";
import { Counts } from "./counts.ts";
import type { Dialect } from "./dialect.ts";
import { meteredOf } from "./reader.ts";
import { openTap } from "./tap.ts";
import { failure } from "./vendor-failure.ts";

interface EmbeddingWire {
  readonly dialect: Dialect;
  /** What is asked for; the method is POST and the body JSON. */
  readonly ask: (
    input: EmbedInput,
    io: ProviderIo,
  ) => Pick<WireRequest, "path" | "values" | "headers"> & { readonly body: object };
  /** What stands where the vectors do, in the order of the values. */
  readonly vectorsIn: (document: unknown, io: ProviderIo) => readonly unknown[];
  readonly mostTexts?: (model: string) => number;
  /** A header that tells the tokens, for answers that do not. */
  readonly tokensHeader?: string;
}

const isVector = (vector: unknown): vector is number[] =>
  Array.isArray(vector) && vector.length > 0 && vector.every((one) => typeof one === "number" && Number.isFinite(one));

const requireFew = ({ values }: EmbedInput, most: number): void => {
  if (values.length <= most) return;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    {
      message: `It takes at most ${most === 1 ? "one text" : `${most} texts`} in one request, and no ${values.length}.`,
    },
  );
};

const billedBy = (metered: Metered, told: unknown): Metered => {
  const input = metered.units === null ? new Counts().at({ told }, "told") : undefined;
  return input === undefined ? metered : { ...metered, units: { input }, final: true };
};

/** `embed` over a vendor's own wire. Whatever the answer is good for, what it says that it took is billed. */
export const embedDirectly =
  ({ dialect, ask, vectorsIn, mostTexts, tokensHeader }: EmbeddingWire): NonNullable<AiVendor["embed"]> =>
  async (input, io) => {
    if (mostTexts !== undefined) requireFew(input, mostTexts(io.model));
    let told: string | undefined;
    const listening: ProviderIo = {
      ...io,
      async send(request) {
        const response = await io.send(request);
        if (tokensHeader !== undefined && response.status < 300) told = response.headers[tokensHeader];
        return response;
      },
    };
    const tap = openTap(dialect, listening);
    const metered = (): Metered => billedBy(meteredOf(tap.reading()), told);
    const { body, headers, ...request } = ask(input, io);
    try {
      const { document } = await tap.answer({
        method: "POST",
        ...request,
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const embeddings = vectorsIn(document, io).filter(isVector);
      if (embeddings.length !== input.values.length) throw nothingUsable();
      return { ...metered(), result: { embeddings } };
    } catch (error) {
      throw error instanceof ProviderError ? error.with(metered()) : error;
    }
  };
