export { aiAnswer, aiStream, type AiRequest } from "./ai-request.ts";
export { createAiFamily, type AiFamilyDeps } from "./ai-family.ts";
export type { RequestNeeds, RequestSize } from "./request-size.ts";
export { routingRequestOf, unitClassesOf } from "./routing-request.ts";
export { countTokensRequest } from "./requests/count-tokens-request.ts";
export { embedRequest } from "./requests/embed-request.ts";
export { generateTextRequest } from "./requests/generate-text-request.ts";
export { streamTextRequest } from "./requests/stream-text-request.ts";
export { tokenUsageOf } from "./requests/token-usage.ts";
