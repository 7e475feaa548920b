import { isForeignSignature } from "./foreign-signature.ts";
import type { GeminiContent, GeminiPart } from "./generate-content-request.ts";

const isForeign = ({ thoughtSignature }: GeminiPart): boolean => isForeignSignature(thoughtSignature);

const ownPart = (part: GeminiPart): GeminiPart[] => {
  if (!isForeign(part)) return [part];
  const { thoughtSignature: _foreign, ...rest } = part;
  const saysNothing = rest.text === "" && Object.keys(rest).length === 1;
  return part.thought === true || saysNothing ? [] : [rest];
};

/** Contents for Google itself, without what other vendors signed: thoughts that are not its own, and signatures of the rest. */
export const ownSignaturesOnly = (contents: readonly GeminiContent[]): readonly GeminiContent[] => {
  if (!contents.some(({ parts }) => parts.some(isForeign))) return contents;
  return contents.flatMap((content) => {
    const parts = content.parts.flatMap(ownPart);
    return parts.length === 0 ? [] : [{ ...content, parts }];
  });
};
