import { listOf, objectOf, stringOf } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiHeaders, refused } from "./errors.ts";
import type { OpenaiModel } from "./models.ts";
import { moderationsRules } from "./rules-moderations.ts";

type InputType = "text" | "image";

const textOnly: readonly InputType[] = ["text"];
const both: readonly InputType[] = ["text", "image"];

// What each category looks at: https://platform.openai.com/docs/guides/moderation#content-classifications
const categories: Readonly<Record<string, readonly InputType[]>> = {
  harassment: textOnly,
  "harassment/threatening": textOnly,
  hate: textOnly,
  "hate/threatening": textOnly,
  illicit: textOnly,
  "illicit/violent": textOnly,
  "self-harm": both,
  "self-harm/instructions": both,
  "self-harm/intent": both,
  sexual: both,
  "sexual/minors": textOnly,
  violence: both,
  "violence/graphic": both,
};

/** What is judged together. */
interface Content {
  readonly text: string;
  readonly types: readonly InputType[];
}

/** Each text of a list is judged alone; texts and images as parts are one content. */
function contentsOf(input: unknown): readonly Content[] {
  if (typeof input === "string") return [{ text: input, types: ["text"] }];
  const list = listOf(input);
  if (list.every((one) => typeof one === "string")) return list.map((text) => ({ text, types: ["text"] }));
  const texts = list.flatMap((one) => (typeof one === "string" ? [one] : stringOf(objectOf(one)["text"]) || []));
  const hasImage = list.some((one) => objectOf(one)["type"] === "image_url");
  return [
    { text: texts.join("\n"), types: [...(texts.length > 0 ? textOnly : []), ...(hasImage ? both.slice(1) : [])] },
  ];
}

/** `[[flag:violence]]` in a text makes its content belong to that category. Of what it does not look at, a score is 0. */
function judge({ text, types }: Content) {
  const named = new Set(Array.from(text.matchAll(/\[\[flag:([a-z/-]+)\]\]/g), ([, name]) => name));
  const seen = Object.entries(categories).map(([name, looksAt]) => {
    const applied = looksAt.filter((type) => types.includes(type));
    return { name, applied, flagged: applied.length > 0 && named.has(name) };
  });
  return {
    flagged: seen.some(({ flagged }) => flagged),
    categories: Object.fromEntries(seen.map(({ name, flagged }) => [name, flagged])),
    category_scores: Object.fromEntries(
      seen.map(({ name, applied, flagged }) => [name, applied.length === 0 ? 0 : flagged ? 0.97 : 1.2e-5]),
    ),
    category_applied_input_types: Object.fromEntries(seen.map(({ name, applied }) => [name, applied])),
  };
}

/** POST /moderations, which is free and tells no usage. */
export function moderationsReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const digest = request.bodyDigest;
  const refusal = firstRefusal(moderationsRules, { body, model, named: request.model });
  if (refusal !== undefined) return refused(refusal, digest);
  const units = { request: 1 };
  return jsonReply(
    200,
    openaiHeaders(digest),
    { id: `modr-${digest.slice(0, 12)}`, model: request.model, results: contentsOf(body["input"]).map(judge) },
    { units, reported: units },
  );
}
