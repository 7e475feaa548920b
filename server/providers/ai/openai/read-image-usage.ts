import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";

/**
 * Usage of OpenAI's image models. Output that is not told apart is all image: only some models write text beside it.
 * https://platform.openai.com/docs/api-reference/images/object
 */
export const readImageUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const given = recordAt(usage, "input_tokens_details");
  const made = recordAt(usage, "output_tokens_details");
  const inputImage = counts.at(given, "image_tokens");
  const told = counts.at(usage, "output_tokens");
  const text = counts.at(made, "text_tokens");
  const outputImage =
    counts.at(made, "image_tokens") ?? (told === undefined ? undefined : Math.max(told - (text ?? 0), 0));
  const { input, output } = remaindersOf(
    {
      input: counts.at(usage, "input_tokens"),
      inputParts: [inputImage],
      output: told,
      outputParts: [outputImage],
      reasoning: undefined,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  const units = unitsOf({ input, inputImage, outputImage, output: output === 0 ? text : output });
  return readingOf(units, input !== undefined && told !== undefined, counts);
};
