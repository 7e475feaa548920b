import { z } from "zod";
import { batchStatuses } from "../batch-status.ts";
import { isBatchId } from "../batch-id.ts";
import { credentialTiers } from "../units.ts";
import { FileId, text } from "./parts.ts";

/** What requests of a batch can be for. */
export const batchEndpoints = ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages"] as const;

export const BatchEndpoint = z
  .enum(batchEndpoints)
  .describe("What each request is for, in the form of its vendor: /v1/messages is Anthropic's, the others OpenAI's");

/** https://platform.openai.com/docs/api-reference/batch/create#batch-create-metadata */
export const BatchMetadata = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 15, { error: "at most 15 pairs" });

/** The name of a request in its batch; vendors take fewer characters. */
export const BatchCustomId = z
  .string()
  .min(1)
  .max(512)
  .refine((name) => !/\p{C}/u.test(name), { error: "1 to 512 characters" });

const BatchId = z
  .string()
  .max(64)
  .refine(isBatchId, { error: "the id of a batch, as ai.batches.create answers it: batch_ and 32 digits" });

const mostInlineRequests = 10_000;

export const CreateBatchInput = z
  .strictObject({
    endpoint: BatchEndpoint,
    requests: z
      .array(
        z.strictObject({
          customId: BatchCustomId.describe("By which its answer is found; no two of a batch have the same"),
          body: z.record(z.string().max(256), z.json()).describe("As the endpoint takes it, with its model"),
        }),
      )
      .min(1)
      .max(mostInlineRequests)
      .optional()
      .describe("The requests themselves; more of them go in a file"),
    fileId: FileId.optional().describe(
      "In place of requests: a file of JSON Lines that was uploaded to OpenAI for the purpose batch",
    ),
    metadata: BatchMetadata.optional().describe("Kept with the batch"),
  })
  .refine(({ requests, fileId }) => (requests === undefined) !== (fileId === undefined), {
    error: "requests or fileId, one of them",
    path: ["requests"],
  });
export type CreateBatchInput = z.infer<typeof CreateBatchInput>;

export const BatchView = z.object({
  id: z.string().describe("By which it is asked for"),
  operationId: z.string().describe("Its row of the ledger"),
  provider: z.string().describe("The vendor that works on it"),
  model: z.string().describe("The vendor's model that is asked, the first of several"),
  endpoint: z.string().describe("What each request is for"),
  status: z.enum(batchStatuses).describe("Where it stands"),
  counts: z
    .object({
      total: z.int().describe("All"),
      succeeded: z.int().describe("Those that were answered"),
      failed: z.int().describe("Those that were refused, or went wrong"),
      cancelled: z.int().describe("Those that had not begun when it was cancelled"),
      expired: z.int().describe("Those that had not begun when its time was over"),
    })
    .describe("Its requests, by what became of them"),
  faults: z
    .array(
      z.object({
        code: z.string().describe("The vendor's word for it"),
        message: z.string().describe("What the vendor says"),
        line: z.int().nullable().describe("Of the input, from 1"),
      }),
    )
    .describe("Why the vendor did not begin it"),
  fileId: z.string().nullable().describe("The file that its requests came in"),
  answersFileId: z.string().nullable().describe("The file with the answers, where its vendor gives them so"),
  errorsFileId: z.string().nullable().describe("The file with what was not answered, where its vendor gives it so"),
  metadata: z.record(z.string(), z.string()).describe("As it was created with"),
  credentialTier: z.enum(credentialTiers).describe("Whose credential pays"),
  appId: z.string().nullable().describe("The app that created it"),
  userId: z.string().nullable().describe("The person for whom it was created"),
  heldNanoUsd: z.string().describe("Set aside for it: the most that it can cost"),
  costNanoUsd: z.string().nullable().describe("What it was charged at; null until it has ended"),
  createdAt: z.iso.datetime().describe("When its vendor was asked for it"),
  expiresAt: z.iso.datetime().nullable().describe("When its vendor stops working on it"),
  endedAt: z.iso.datetime().nullable().describe("When it had ended"),
});
export type BatchView = z.infer<typeof BatchView>;

export const BatchOfInput = z.strictObject({ batchId: BatchId.describe("By which `ai.batches.create` answered it") });

export const ListBatchesInput = z.strictObject({
  provider: text(64).optional().describe("Those of this vendor alone"),
  before: BatchId.optional().describe("Batches older than this one"),
  limit: z.int().min(1).max(100).default(20).describe("At most so many"),
});

export const ListBatchesOutput = z.object({
  batches: z.array(BatchView).describe("The organization's batches, newest first"),
  more: z.boolean().describe("There are older ones: ask for those before the last"),
});

export const BatchResultsInput = z.strictObject({
  batchId: BatchId.describe("A batch that has ended"),
  after: z.int().min(0).max(1_000_000).default(0).describe("Leaves out so many"),
  limit: z.int().min(1).max(1_000).default(100).describe("At most so many"),
});

export const BatchResultsOutput = z.object({
  results: z
    .array(
      z.object({
        customId: z.string().describe("Of its request"),
        outcome: z.enum(["succeeded", "failed", "cancelled", "expired"]).describe("What became of it"),
        body: z.json().describe("The answer as the endpoint gives it; else what the vendor says of the failure"),
      }),
    )
    .describe("In the vendor's order, which is not that of the requests"),
  more: z.boolean().describe("There are further ones: ask for those after so many more"),
});
export type BatchResultsOutput = z.infer<typeof BatchResultsOutput>;
