const pattern = /-search-preview|-audio(-|$)/;

/** Models that OpenAI serves by chat completions alone: https://platform.openai.com/docs/models names the endpoints of each. */
export const chatOnly = (model: string): boolean => pattern.test(model);
