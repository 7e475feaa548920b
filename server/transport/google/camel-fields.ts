/** Which members of a message are messages themselves, or lists of them. */
interface Shape {
  readonly [member: string]: Shape;
}

const leaf: Shape = {};

const part: Shape = {
  inlineData: leaf,
  fileData: leaf,
  functionCall: leaf,
  functionResponse: leaf,
  videoMetadata: leaf,
};
const content: Shape = { parts: part };

/** A request of generateContent. What callers name themselves (arguments, schemas, results) is no part of it. */
export const generateContentShape: Shape = {
  contents: content,
  systemInstruction: content,
  tools: { functionDeclarations: leaf },
  toolConfig: { functionCallingConfig: leaf, retrievalConfig: leaf },
  safetySettings: leaf,
  generationConfig: { thinkingConfig: leaf, imageConfig: leaf, speechConfig: leaf },
};

export const countTokensShape: Shape = { ...generateContentShape, generateContentRequest: generateContentShape };
export const embedContentShape: Shape = { content };
export const batchEmbedContentsShape: Shape = { requests: embedContentShape };

const camel = (name: string): string =>
  name.includes("_") && !name.startsWith("_")
    ? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : name;

const renamed = (shape: Shape, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => renamed(shape, one));
  return typeof value === "object" && value !== null ? camelFields(shape, value) : value;
};

/** The same request with its fields in camel case: Google reads either spelling, and of both nobody knows which counts. */
export const camelFields = (shape: Shape, message: object): Record<string, unknown> => {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    const known = camel(name);
    // Said twice, it stays as it came, and is refused as a field that is not known.
    const key = known !== name && Object.hasOwn(message, known) ? name : known;
    const inner = Object.hasOwn(shape, key) ? shape[key] : undefined;
    fields[key] = inner === undefined ? value : renamed(inner, value);
  }
  return fields;
};
