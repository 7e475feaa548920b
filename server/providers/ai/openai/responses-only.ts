const pattern = /-(pro|codex|deep-research)(-|$)/;

/** Models that OpenAI serves by its responses alone: https://platform.openai.com/docs/models names the endpoints of each. */
export const responsesOnly = (model: string): boolean => pattern.test(model);
