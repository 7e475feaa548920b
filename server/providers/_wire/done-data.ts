/** The ending of OpenAI's streams, which is no JSON. */
export const doneData = "[DONE]";
