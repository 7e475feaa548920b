import type { z } from "zod";
import type { ModelInfo, modelsInput } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { CredentialGround } from "../../domain/credentials/index.ts";
import type { DoubtGround } from "../../domain/usage/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** Everything the typed doors can reach. */
export interface Rooms {
  /** The path of metered calls. */
  readonly gateway: Gateway;
  /** What management verbs stand on. */
  readonly ground: CredentialGround & DoubtGround;
  /** The models an actor may use, with prices and payer. */
  readonly listModels: (
    ctx: CallContext,
    input: z.output<typeof modelsInput>,
  ) => readonly ModelInfo[] | Promise<readonly ModelInfo[]>;
}
