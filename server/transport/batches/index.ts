export { createAnthropicBatchesDoor } from "./anthropic-batches.ts";
export type { BatchFollowerDeps } from "./batches-deps.ts";
export { cancelBatch } from "./cancel-batch.ts";
export { createBatch } from "./create-batch.ts";
export { followBatches } from "./follow-batches.ts";
export { createOpenAiBatchesDoor } from "./openai-batches.ts";
export { readBatch, readBatches, viewBatch } from "./read-batch.ts";
export { readAnswers } from "./read-results.ts";
