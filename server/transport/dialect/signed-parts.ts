import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";

type Signed = Extract<ContentPart, { type: "text" | "reasoning" | "tool-call" }>;

const joined = (one: ProviderMetadata | undefined, other: ProviderMetadata | undefined): ProviderMetadata | undefined =>
  one === undefined || other === undefined ? (one ?? other) : { ...one, ...other };

/** Puts the signed parts of a stream together again: a signature may come with any event of its part. */
export class SignedParts {
  readonly #parts = new Map<string, Signed>();

  #of(key: string, fresh: Signed): Signed {
    const known = this.#parts.get(key);
    if (known) return known;
    this.#parts.set(key, fresh);
    return fresh;
  }

  see(part: VendorStreamPart): void {
    switch (part.type) {
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end": {
        const known = this.#of(`reasoning ${part.id}`, { type: "reasoning", text: "" });
        if (known.type !== "reasoning") return;
        if (part.type === "reasoning-delta") known.text += part.delta;
        known.providerMetadata = joined(known.providerMetadata, part.providerMetadata);
        return;
      }
      case "text-start":
      case "text-delta":
      case "text-end":
        // Its text is passed on as it arrives; only the signature is kept.
        if (part.providerMetadata !== undefined)
          this.#of(`text ${part.id}`, { type: "text", text: "" }).providerMetadata = part.providerMetadata;
        return;
      case "tool-call":
        if (part.providerMetadata !== undefined) this.#parts.set(`call ${part.toolCallId}`, part);
        return;
      default:
    }
  }

  /** The parts so far, in their order. */
  all(): readonly ContentPart[] {
    return [...this.#parts.values()];
  }
}
