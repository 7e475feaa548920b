const pattern = /-(pro|codex)(-|$)/;

/** Models that OpenAI serves by its responses alone: https://platform.openai.com/docs/models names the endpoints of each. */
export const responsesOnly = (model: string): boolean => pattern.test(model);
