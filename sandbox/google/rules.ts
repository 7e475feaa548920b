import { countInput } from "../compose-answer.ts";
import { isBase64 } from "../media/sniff.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { readGenerateRequest } from "./read-request.ts";
import { refusedShape } from "./rules-shape.ts";
import { geminiThinkingRules } from "./rules-thinking.ts";
import type { GenerateRule } from "./rules-thinking.ts";
import { generateShape } from "./shapes.ts";
import { standardBase64 } from "./standard-base64.ts";

const request = "* GenerateContentRequest";
const contentsOf = (body: JsonObject): readonly JsonObject[] => listOf(body["contents"]).map(objectOf);
const partsOf = (content: JsonObject | undefined): readonly JsonObject[] => listOf(content?.["parts"]).map(objectOf);
const configOf = (body: JsonObject): JsonObject => objectOf(body["generationConfig"]);
const toolsOf = (body: JsonObject): readonly JsonObject[] => listOf(body["tools"]).map(objectOf);

// https://ai.google.dev/api/generate-content: names and types of a protocol buffer
const fits: GenerateRule = ({ body }) => refusedShape(generateShape, body);

// https://ai.google.dev/api/generate-content#request-body
const someContents: GenerateRule = ({ body }) =>
  contentsOf(body).length === 0 ? invalid(`${request}.contents: contents is not specified\n`) : undefined;

// https://ai.google.dev/api/caching#Content: `user` and `model`, with something in them
const content: GenerateRule = ({ body }) => {
  const data = [
    "text",
    "inlineData",
    "fileData",
    "functionCall",
    "functionResponse",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
    "thoughtSignature",
  ];
  for (const [index, one] of contentsOf(body).entries()) {
    if (!["user", "model", "function", undefined].includes(one["role"] as string | undefined)) {
      return invalid("Please use a valid role: user, model.");
    }
    const parts = partsOf(one);
    if (parts.length === 0) return invalid(`${request}.contents[${index}].parts: contents.parts must not be empty.\n`);
    const at = parts.findIndex((part) => data.every((name) => part[name] === undefined));
    if (at >= 0) {
      return invalid(
        `${request}.contents[${index}].parts[${at}].data: required oneof field 'data' must have one initialized field\n`,
      );
    }
  }
  return undefined;
};

// https://ai.google.dev/gemini-api/docs/text-generation: a conversation is answered, it does not end with the answer
const spokenTo: GenerateRule = ({ body }) => {
  const last = contentsOf(body).at(-1);
  return last?.["role"] === "model" && partsOf(last).some((part) => isObject(part["functionCall"]))
    ? invalid(
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn, and is followed by a function response turn.",
      )
    : undefined;
};

const holding = (one: JsonObject | undefined, field: string): number =>
  partsOf(one).filter((part) => isObject(part[field])).length;

/** Contents of one role that follow each other are one turn: Google's own client appends each piece of a stream as a content. */
function turnsOf(body: JsonObject): readonly JsonObject[] {
  const turns: JsonObject[] = [];
  for (const one of contentsOf(body)) {
    const last = turns.at(-1);
    if (last === undefined || last["role"] !== one["role"]) turns.push(one);
    else turns[turns.length - 1] = { ...last, parts: [...partsOf(last), ...partsOf(one)] };
  }
  return turns;
}

// https://ai.google.dev/gemini-api/docs/function-calling: turns of calls and of responses in pairs
const pairs: GenerateRule = ({ body }) => {
  const contents = turnsOf(body);
  for (const [index, one] of contents.entries()) {
    const before = contents[index - 1];
    const after = contents[index + 1];
    const calls = holding(one, "functionCall");
    const responses = holding(one, "functionResponse");
    if (calls > 0 && before === undefined) {
      return invalid(
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      );
    }
    if (responses > 0 && holding(before, "functionCall") === 0) {
      return invalid("Please ensure that function response turn comes immediately after a function call turn.");
    }
    const open = calls > 0 && after !== undefined && holding(after, "functionResponse") !== calls;
    if (open) {
      return invalid(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    }
  }
  return undefined;
};

// https://ai.google.dev/api/caching#FunctionDeclaration
const declarations: GenerateRule = ({ body }) => {
  const names = new Set<string>();
  for (const [index, tool] of toolsOf(body).entries()) {
    for (const [at, declaration] of listOf(tool["functionDeclarations"]).map(objectOf).entries()) {
      const name = stringOf(declaration["name"]);
      const place = `${request}.tools[${index}].function_declarations[${at}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/.test(name)) {
        return invalid(
          `${place}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n`,
        );
      }
      if (names.has(name)) return invalid(`Duplicate function declaration found: ${name}`);
      names.add(name);
      const schema = objectOf(declaration["parameters"]);
      if (declaration["parameters"] !== undefined && stringOf(schema["type"]).toUpperCase() !== "OBJECT") {
        return invalid(`${place}.parameters: only allowed for OBJECT type\n`);
      }
    }
  }
  return undefined;
};

// https://ai.google.dev/api/caching#FunctionCallingConfig
const chosenFunctions: GenerateRule = ({ body }) => {
  const config = objectOf(objectOf(body["toolConfig"])["functionCallingConfig"]);
  const declared = toolsOf(body)
    .flatMap((tool) => listOf(tool["functionDeclarations"]))
    .map((one) => objectOf(one)["name"]);
  const allowed = listOf(config["allowedFunctionNames"]);
  if (allowed.length > 0 && config["mode"] !== "ANY" && config["mode"] !== "VALIDATED") {
    return invalid("allowed_function_names should only be set when the function calling mode is ANY.");
  }
  const unknown = allowed.find((name) => !declared.includes(name));
  if (unknown !== undefined) {
    return invalid(
      `${request}.tool_config.function_calling_config.allowed_function_names: Function ${stringOf(unknown)} is not declared.\n`,
    );
  }
  return config["mode"] === "ANY" && declared.length === 0
    ? invalid("Function calling config is set without function_declarations.")
    : undefined;
};

// Before Gemini 3: https://ai.google.dev/gemini-api/docs/structured-output, …/gemini-3#structured_outputs_with_tools
const unmixed: GenerateRule = ({ body, model }) => {
  const kinds = new Set(toolsOf(body).flatMap((tool) => Object.keys(tool)));
  if (model.signs || kinds.size === 0) return undefined;
  if (!kinds.has("functionDeclarations"))
    return configOf(body)["responseMimeType"] === "application/json"
      ? invalid("Tool use with a response mime type: 'application/json' is unsupported")
      : undefined;
  if (configOf(body)["responseMimeType"] === "application/json") {
    return invalid("Function calling with a response mime type: 'application/json' is unsupported");
  }
  return kinds.size > 1 ? invalid("Tool use with function calling is unsupported") : undefined;
};

/** A numeric field and its range, with the wording of Google's validation. */
const range =
  (field: string, told: string, least: number, most: number): GenerateRule =>
  ({ body }) => {
    const value = finiteNumberOf(configOf(body)[field]);
    return value === undefined || (value >= least && value <= most)
      ? undefined
      : invalid(`${request}.generation_config.${told}: ${told} must be in the range [${least}, ${most}].\n`);
  };

/** A counted field and its range, with the wording of Gemini's own service. */
const counted = (name: string, value: number, least: number, most: number): Refusal | undefined =>
  value >= least && value <= most
    ? undefined
    : invalid(
        `Unable to submit request because it has a ${name} value of ${value} but the supported range is from ${least} (inclusive) to ${most + 1} (exclusive). Update the value and try again.`,
      );

// https://ai.google.dev/api/generate-content#generationconfig
const output: GenerateRule = ({ body, model }) => {
  const asked = finiteNumberOf(configOf(body)["maxOutputTokens"]);
  return asked === undefined ? undefined : counted("maxOutputTokens", asked, 1, model.maxOutput);
};
const stops: GenerateRule = ({ body }) => {
  const { length } = listOf(configOf(body)["stopSequences"]);
  return length > 5 ? counted("stopSequences", length, 1, 5) : undefined;
};
const candidates: GenerateRule = ({ body }) => {
  const asked = finiteNumberOf(configOf(body)["candidateCount"]);
  return asked === undefined ? undefined : counted("candidateCount", asked, 1, 8);
};

// https://ai.google.dev/gemini-api/docs/image-generation, …/speech-generation
const modalities: GenerateRule = ({ body, model }) => {
  const asked = listOf(configOf(body)["responseModalities"]);
  const foreign = asked.some((one) => (one === "IMAGE" || one === "AUDIO") && !model.gives.includes(one));
  return foreign
    ? invalid(
        `Model does not support the requested response modalities: ${asked.map((one) => stringOf(one).toLowerCase()).join(",")}`,
      )
    : undefined;
};

// https://ai.google.dev/gemini-api/docs/structured-output
const mimeType: GenerateRule = ({ body }) => {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = configOf(body);
  if (type !== undefined && !["text/plain", "application/json", "text/x.enum"].includes(stringOf(type))) {
    return invalid(
      `${request}.generation_config.response_mime_type: allowed mimetypes are \`text/plain\`, \`application/json\`, \`application/xml\`, \`application/yaml\` and \`text/x.enum\`.\n`,
    );
  }
  const schema = responseSchema ?? responseJsonSchema;
  return schema !== undefined && (type === undefined || type === "text/plain")
    ? invalid(
        `${request}.generation_config.response_schema: only allowed for response_mime_type = "application/json"\n`,
      )
    : undefined;
};

// https://ai.google.dev/gemini-api/docs/image-understanding#supported-formats
const inlineMedia: GenerateRule = ({ body }) => {
  for (const [index, one] of contentsOf(body).entries()) {
    for (const [at, part] of partsOf(one).entries()) {
      if (!isObject(part["inlineData"])) continue;
      const { mimeType: type, data } = part["inlineData"];
      const place = `contents[${index}].parts[${at}].inline_data`;
      if (!isBase64(standardBase64(stringOf(data)))) {
        return invalid(
          `Invalid value at '${place}.data' (TYPE_BYTES), Base64 decoding failed for ${JSON.stringify(stringOf(data).slice(0, 40))}`,
        );
      }
      if (!/^(image|audio|video|text|application)\/[\w.+-]+/.test(stringOf(type))) {
        return invalid(`Unsupported MIME type: ${stringOf(type)}`);
      }
    }
  }
  return undefined;
};

// https://ai.google.dev/gemini-api/docs/models: the input token limit
const context: GenerateRule = ({ body, model }) => {
  const { text, audio } = countInput(readGenerateRequest(body, model));
  return text + audio > model.context
    ? invalid(
        `The input token count (${text + audio}) exceeds the maximum number of tokens allowed (${model.context}).`,
      )
    : undefined;
};

/** Everything that `generateContent` refuses, in the order in which it is looked at. */
export const generateRules: readonly GenerateRule[] = [
  fits,
  someContents,
  content,
  declarations,
  chosenFunctions,
  unmixed,
  range("temperature", "temperature", 0, 2),
  range("topP", "top_p", 0, 1),
  output,
  stops,
  candidates,
  modalities,
  mimeType,
  pairs,
  spokenTo,
  inlineMedia,
  ...geminiThinkingRules,
  context,
];
