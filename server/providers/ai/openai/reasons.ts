const pattern = /^(ft:)?(o\d|gpt-[5-9](?!.*-chat))/;

/** Whether a model thinks before it answers, and knows what an effort is. */
export const reasons = (model: string): boolean => pattern.test(model);
