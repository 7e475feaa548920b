import type { Answered } from "../../contracts/vendor-call.ts";
import { embeddingUsage } from "./encode-usage.ts";

const base64Of = (vector: readonly number[]): string => {
  const floats = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) floats.writeFloatLE(value, at * 4);
  return floats.toString("base64");
};

/** Vectors as OpenAI's `list` of embeddings. */
export const encodeEmbeddings = (
  { result, units }: Answered<{ readonly embeddings: readonly (readonly number[])[] }>,
  model: string,
  format: "float" | "base64",
): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      object: "list",
      data: result.embeddings.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: format === "base64" ? base64Of(vector) : vector,
      })),
      model,
      ...(units === null ? {} : { usage: embeddingUsage(units) }),
    }),
  );
