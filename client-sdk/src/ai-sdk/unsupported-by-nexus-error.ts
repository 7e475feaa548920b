/** By these the AI SDK knows its own errors, across copies of its package. */
const markers = ["vercel.ai.error", "vercel.ai.error.AI_UnsupportedFunctionalityError"];

/** The AI SDK asks for what Nexus cannot carry. Nothing was sent. `UnsupportedFunctionalityError.isInstance` knows it. */
export class UnsupportedByNexusError extends Error {
  /** What was asked for. */
  readonly functionality: string;

  constructor(functionality: string, message: string) {
    super(message);
    this.name = "AI_UnsupportedFunctionalityError";
    this.functionality = functionality;
    for (const marker of markers) Object.defineProperty(this, Symbol.for(marker), { value: true });
  }
}
