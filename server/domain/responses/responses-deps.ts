import type { SecretBox } from "../../platform/crypto/index.ts";
import type { Deps } from "../../platform/deps.ts";

/** What keeping responses needs: their contents are sealed. */
export interface ResponsesDeps extends Pick<Deps, "db" | "clock" | "log"> {
  readonly secretBox: SecretBox;
}

/** An item of a conversation, or a whole response: JSON that only its callers look into. */
export type WireObject = Readonly<Record<string, unknown>>;
