const served =
  /^(?:chat\/completions|(?:responses|conversations|interactions)(?:\/.+)?|embeddings|images\/(?:generations|edits)|audio\/(?:speech|transcriptions|translations)|moderations|rerank|files(?:\/.+)?|videos(?:\/.+)?|batches(?:\/.+)?|messages(?:\/(?:count_tokens|batches(?:\/.+)?))?|models(?:\/.+)?)$/;

/** Whether there is such a method of a vendor's API here, by its path behind `/v1/`. */
export const isServed = (tail: string): boolean => served.test(tail);

/** For callers of a method that is not: what there is in its place. */
export const servedMethods =
  "Of OpenAI's API there are chat/completions, responses, conversations, embeddings, images/generations, images/edits, audio/speech, audio/transcriptions, audio/translations, realtime (a WebSocket), moderations, files, batches and models, of Anthropic's messages with their batches, files and models, of Cohere's and Jina's rerank, all behind /v1/; Google's are behind /v1beta/.";
