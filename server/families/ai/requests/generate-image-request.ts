import { ai } from "../../../contracts/ai.ts";
import { GenerateImageOutput, type GenerateImageInput } from "../../../contracts/ai/generate-image.ts";
import type { Medium } from "../../../contracts/media.ts";
import { sizeOfInput, type RequestSize } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = GenerateImageOutput.omit({ nexus: true, usage: true });

type AskedImages = Pick<GenerateImageInput, "prompt" | "n" | "size" | "quality" | "inputFidelity"> & {
  /** Base64, by the place in the request. A mask is held for as another image: nobody says what it is metered at. */
  readonly files: Readonly<Record<string, string>>;
  /** Unfinished images that a stream may show beforehand. */
  readonly previews?: number;
};

/** How large a request for images is, with those that they are made of. */
export const sizeOfImages = ({
  prompt,
  n = 1,
  size,
  quality,
  inputFidelity,
  files,
  previews = 0,
}: AskedImages): RequestSize => ({
  ...sizeOfInput(
    Buffer.byteLength(prompt),
    Object.entries(files).map(([field, data]): Medium => ({ kind: "image", field, data })),
  ),
  choices: n,
  made: { kind: "image", size, quality, previews, fidelity: inputFidelity },
});

/** `ai.generateImage` for the call path. */
export const generateImageRequest = (input: GenerateImageInput) => {
  refuseUnpricedOptions(input);
  const { files = [], mask } = input;
  const placed = [
    ...files.map(({ data }, index) => [`files.${index}.data`, data] as const),
    ...(mask === undefined ? [] : [["mask.data", mask.data] as const]),
  ];
  return typedAnswer(
    {
      operation: ai.generateImage,
      input,
      needs: { tools: false, images: false, json: false },
      size: sizeOfImages({ ...input, files: Object.fromEntries(placed) }),
    },
    { ask: (vendor, io) => vendor.generateImage?.(input, io), stored },
  );
};
