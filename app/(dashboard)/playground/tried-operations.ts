/** The operations that can be tried, as their tabs name them. */
export const triedOperations = [
  { id: "text", name: "Generate text" },
  { id: "object", name: "Generate an object" },
  { id: "embed", name: "Embed" },
  { id: "rerank", name: "Rank documents" },
  { id: "moderate", name: "Moderate" },
  { id: "image", name: "Make images" },
  { id: "speech", name: "Say a text" },
  { id: "transcribe", name: "Transcribe" },
  { id: "mail", name: "Render a mail" },
] as const;

export type TriedId = (typeof triedOperations)[number]["id"];
