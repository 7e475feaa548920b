import { z } from "zod";
import { rowIdOf } from "../kept-id.ts";
import { keptStatuses } from "../kept-status.ts";

/** The row of an answer that a caller names, of whichever API it is; undefined for what is none of ours. */
export const answerRowOf = (id: string): string | undefined => rowIdOf("resp", id) ?? rowIdOf("int", id);

const AnswerId = z
  .string()
  .max(64)
  .refine((id) => answerRowOf(id) !== undefined, {
    error: "the id of a response (resp_…) or an interaction (int_…)",
  });

export const KeptAnswerView = z.object({
  id: z.string().describe("By which its API answered it"),
  kind: z
    .enum(["response", "interaction"])
    .describe("Whether it was asked for by OpenAI's /v1/responses or Google's /v1beta/interactions"),
  status: z.enum(keptStatuses).describe("How it stands"),
  background: z.boolean().describe("Whether it goes on without its caller"),
  readable: z.boolean().describe("Whether the caller may read what was asked and answered"),
  endable: z.boolean().describe("Whether the caller may cancel and delete it"),
  operationId: z.string().describe("Its row of the ledger"),
  provider: z.string().nullable().describe("The vendor that was asked first; null where the ledger's row is gone"),
  model: z.string().nullable().describe("The vendor's model that was asked first"),
  appId: z.string().nullable().describe("The app in whose name it was asked for"),
  userId: z.string().nullable().describe("The person for whom it was asked"),
  keyId: z.string().nullable().describe("The API key or service token by which it was asked for"),
  createdAt: z.iso.datetime().describe("When it was asked for"),
  keptUntil: z.iso.datetime().describe("When it is deleted, unless it is used before"),
});
export type KeptAnswerView = z.infer<typeof KeptAnswerView>;

export const AnswerOfInput = z.strictObject({ responseId: AnswerId.describe("By which its API answered it") });

export const ListAnswersInput = z.strictObject({
  status: z.array(z.enum(keptStatuses)).min(1).max(keptStatuses.length).optional().describe("Those that stand so"),
  kind: z.enum(["response", "interaction"]).optional().describe("Those of this API alone"),
  background: z.boolean().optional().describe("true: those that go on without their callers alone"),
  before: AnswerId.optional().describe("Those that were asked for before this one"),
  limit: z.int().min(1).max(100).default(20).describe("At most so many"),
});

export const ListAnswersOutput = z.object({
  responses: z
    .array(KeptAnswerView)
    .describe("What the caller may know of, newest first; contents are read one by one"),
  more: z.boolean().describe("There are older ones: ask for those before the last"),
});

export const KeptAnswer = KeptAnswerView.extend({
  contents: z
    .object({
      asked: z.string().describe("The words of what came in"),
      said: z.string().describe("The words of the answer so far"),
      input: z.array(z.json()).describe("What came in, item by item, as its API has it"),
      answer: z.json().describe("The whole answer as its API has it"),
    })
    .nullable()
    .describe("Null where it is not `readable`"),
});
export type KeptAnswer = z.infer<typeof KeptAnswer>;

export const DeletedAnswer = z.object({
  id: z.string().describe("What is no longer kept"),
});
