import { z } from "zod";
import { ai } from "../../../contracts/ai.ts";
import { GenerateObjectOutput, type GenerateObjectInput } from "../../../contracts/ai/generate-object.ts";
import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { Answered } from "../../../contracts/vendor-call.ts";
import { cannot } from "../cannot.ts";
import { canBeEnforced } from "../objects/require-plain-schema.ts";
import { objectChecker, type ObjectChecker } from "../objects/object-checker.ts";
import { measureText } from "./measure-text.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const { object: _object, usage: _usage, nexus: _nexus, ...told } = GenerateObjectOutput.shape;

const stored = z.union([
  z.object({ ...told, object: GenerateObjectOutput.shape.object }),
  z.object({ ...told, issues: z.array(z.object({ field: z.string(), expected: z.string() })) }),
]);

/** What came of asking for an object: the object, or what of the answer does not fit the schema. */
export type ObjectAttempt = z.infer<typeof stored>;

/** The vendors' adapters enforce a schema as far as the vendor can, unless they are told not to. */
const looselyEnforced = ({ providerOptions }: GenerateObjectInput): GenerateTextInput["providerOptions"] => {
  const strictJsonSchema = false;
  return {
    ...providerOptions,
    openai: { strictJsonSchema, ...providerOptions?.["openai"] },
    openaiCompatible: { strictJsonSchema, ...providerOptions?.["openaiCompatible"] },
  };
};

/** The same engine, the same vendors: a request for text whose format is JSON of the schema. */
export const asText = (input: GenerateObjectInput): GenerateTextInput => {
  const { schema, schemaName, schemaDescription, strict = canBeEnforced(schema), ...asked } = input;
  return {
    ...asked,
    ...(strict ? {} : { providerOptions: looselyEnforced(input) }),
    responseFormat: {
      type: "json",
      schema,
      ...(schemaName === undefined ? {} : { name: schemaName }),
      ...(schemaDescription === undefined ? {} : { description: schemaDescription }),
    },
  };
};

const askFor =
  (asked: GenerateTextInput, check: ObjectChecker) =>
  async (vendor: AiVendor, io: ProviderIo): Promise<Answered<ObjectAttempt>> => {
    if (vendor.generateText === undefined) throw cannot(ai.generateObject.id);
    const answered = await vendor.generateText(asked, io);
    const { text, finishReason, warnings, sources } = answered.result;
    return { ...answered, result: stored.parse({ text, finishReason, warnings, sources, ...check(text) }) };
  };

/** `ai.generateObject` for the call path: an answer that does not fit is paid for, and says so. */
export const generateObjectRequest = (input: GenerateObjectInput) => {
  const check = objectChecker(input.schema, "schema");
  const asked = asText(input);
  refuseUnpricedOptions(asked);
  return typedAnswer<ObjectAttempt>(
    { operation: ai.generateObject, input, ...measureText(asked) },
    {
      ask: askFor(asked, check),
      stored,
      unfit: (result) => ("issues" in result ? "OBJECT_INVALID" : undefined),
    },
  );
};
