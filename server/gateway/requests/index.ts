export { embedRequest } from "./embed-request.ts";
export { generateTextRequest } from "./generate-text-request.ts";
export { streamTextRequest } from "./stream-text-request.ts";
export { tokenUsageOf } from "./token-usage.ts";
