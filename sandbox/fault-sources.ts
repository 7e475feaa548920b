/** Where it is written that such an answer comes, and whether the vendor bills for it. */
export const faultSources = {
  "gemini-billing": {
    url: "https://ai.google.dev/gemini-api/docs/billing",
    says: "a request that fails with a 400 or 500 is not charged",
  },
  "openai-errors": {
    url: "https://platform.openai.com/docs/guides/error-codes",
    says: "refusals by status and code: nothing was generated",
  },
  "openai-stream": {
    url: "https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options",
    says: "an interrupted stream may never tell its usage; what was generated is billed all the same",
  },
  "anthropic-errors": {
    url: "https://platform.claude.com/docs/en/api/errors",
    says: "504 and 529, errors after a 200, and networks that drop idle connections of a long request",
  },
  "http-gateway": {
    url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.6",
    says: "502 and 504 are a gateway's words about an answer that it did not get; what the server behind it did, it cannot tell",
  },
  "http-incomplete": {
    url: "https://www.rfc-editor.org/rfc/rfc9112#section-8",
    says: "a connection may close or fall silent at any byte of an answer; the work was done before the first",
  },
  "http-semantics": {
    url: "https://www.rfc-editor.org/rfc/rfc9110",
    says: "a proxy in between may answer in the vendor's place, redirect and add headers",
  },
  "event-stream": {
    url: "https://html.spec.whatwg.org/multipage/server-sent-events.html",
    says: "comments may come at any time, and lines of any length",
  },
  untrusted: {
    url: "https://github.com/OAI/OpenAPI-Specification",
    says: "no document promises that numbers are right: what is billed is what was done, whatever is reported",
  },
} as const;

export type FaultSource = keyof typeof faultSources;
