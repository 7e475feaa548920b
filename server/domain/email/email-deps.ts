import type { Pepper, SecretBox } from "../../platform/crypto/index.ts";
import type { Deps } from "../../platform/deps.ts";

/** What verbs on mail need: addresses are sealed, and found by a keyed digest. */
export interface EmailDeps extends Deps {
  readonly secretBox: SecretBox;
  readonly pepper: Pepper;
}
