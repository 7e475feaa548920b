/**
 * Films that Google fetches itself, from YouTube and any other public address; never what it keeps, which a key's other
 * holders may have put there. Origin: ai.google.dev/gemini-api/docs/file-input-methods.
 */
export const filmUrls = {
  "video/*": [/^https:\/\/(?!(?:[\w.-]+\.)?googleapis\.com(?:[:/]|$))/],
};
