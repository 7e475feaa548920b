export { aiAnswer, aiStream, type AiRequest, type RoutedAiRequest } from "./ai-request.ts";
export { aiRouteOf, type AiRoute } from "./ai-route.ts";
export { cannot } from "./cannot.ts";
export { batchRequest } from "./batch-request.ts";
export { batchedBound, boundAtRate, BatchRoute } from "./batch-route.ts";
export { createAiFamily, type AiFamilyDeps } from "./ai-family.ts";
export { startVideoRequest, type VideoRequest } from "./requests/start-video-request.ts";
export { fileRequest, videoQuestion, type FileAsk, type FilePlace, type FileRequest } from "./file-request.ts";
export { sizeOfInput, type RequestNeeds, type RequestSize } from "./request-size.ts";
export { modelOperationOf, operationsOfVendor } from "./model-operations.ts";
export { routingRequestOf } from "./routing-request.ts";
export { countTokensRequest } from "./requests/count-tokens-request.ts";
export { embedRequest } from "./requests/embed-request.ts";
export { generateObjectRequest, type ObjectAttempt } from "./requests/generate-object-request.ts";
export { generateImageRequest, sizeOfImages } from "./requests/generate-image-request.ts";
export { generateSpeechRequest, measureSpeech } from "./requests/generate-speech-request.ts";
export { generateTextRequest } from "./requests/generate-text-request.ts";
export { moderateRequest } from "./requests/moderate-request.ts";
export { measureRanking, rerankRequest } from "./requests/rerank-request.ts";
export {
  realtimeOf,
  realtimeResponseRequest,
  realtimeSessionRequest,
  type RealtimeAsk,
} from "./requests/realtime-request.ts";
export { streamTextRequest } from "./requests/stream-text-request.ts";
export { sizeOfRecording, transcribeRequest } from "./requests/transcribe-request.ts";
export { tokenUsageOf } from "./requests/token-usage.ts";
