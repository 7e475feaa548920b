/** An instruction in a user's message, marked as what it is. */
export const noteText = (instruction: string): string => `<system>\n${instruction}\n</system>`;
