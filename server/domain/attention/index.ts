export { listAttention, ListAttentionInput, ListAttentionOutput, type AttentionDeps } from "./list-attention.ts";
