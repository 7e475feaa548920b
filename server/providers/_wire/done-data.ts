/** The ending of many streams, which is no JSON. */
export const doneData = "[DONE]";
