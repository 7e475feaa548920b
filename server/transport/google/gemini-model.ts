import { z } from "zod";
import { ai } from "../../contracts/ai.ts";
import type { ModelInfo } from "../../contracts/ai/models.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { invalidField } from "../dialect/translation-limits.ts";

const methodsOf = (operations: readonly string[]): string[] => [
  ...(operations.includes(ai.generateText.id) ? ["generateContent", "streamGenerateContent", "countTokens"] : []),
  ...(operations.includes(ai.embed.id) ? ["embedContent", "batchEmbedContents"] : []),
];

/** Whether any method of this API can be asked of the model. */
export const isAskable = ({ operations }: ModelInfo): boolean => methodsOf(operations).length > 0;

/** A model in Google's format, with Nexus's own fields. */
export const geminiModelInfo = ({ id, operations, contextWindow, credentialTier, prices }: ModelInfo) => ({
  name: `models/${id}`,
  displayName: id,
  // No vendor's catalogue says which version a name stands for.
  version: "",
  ...(contextWindow === null ? {} : { inputTokenLimit: contextWindow }),
  supportedGenerationMethods: methodsOf(operations),
  nexus: { operations, contextWindow, credentialTier, prices },
});

const paging = z.object({
  pageSize: z.coerce.number().int().min(1).max(1_000).default(50),
  pageToken: z.string().max(512).optional(),
});

/** The next page begins behind a model, whose name is the token. */
const tokenOf = (id: string): string => Buffer.from(id).toString("base64url");

/** A page of models as Google lists them. */
export const geminiPage = (models: readonly ModelInfo[], query: URLSearchParams) => {
  const asked = Object.fromEntries(
    ["pageSize", "pageToken"].flatMap((name) => {
      const value = query.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
  const { pageSize, pageToken } = parseInput(paging, asked);
  const before = pageToken === undefined ? -1 : models.findIndex(({ id }) => tokenOf(id) === pageToken);
  if (pageToken !== undefined && before < 0) throw invalidField("pageToken", "the nextPageToken of the page before");
  const page = models.slice(before + 1, before + 1 + pageSize);
  const last = page.at(-1);
  const more = before + 1 + pageSize < models.length && last !== undefined;
  return { models: page.map(geminiModelInfo), ...(more ? { nextPageToken: tokenOf(last.id) } : {}) };
};
