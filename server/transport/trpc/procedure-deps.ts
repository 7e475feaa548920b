import type { z } from "zod";
import type { ModelInfo, ModelsInput } from "../../contracts/ai/models.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { AlertDeps } from "../../domain/alerts/index.ts";
import type { AttentionDeps } from "../../domain/attention/index.ts";
import type { CredentialDeps, ProbeCredential } from "../../domain/credentials/index.ts";
import type { EmailDeps } from "../../domain/email/index.ts";
import type { OperationsDeps, OperationTail } from "../../domain/operations/index.ts";
import type { PriceDeps } from "../../domain/pricing/index.ts";
import type { ExplainRouteInput, ExplainRouteOutput } from "../../domain/routing/index.ts";
import type { SpendingPolicies } from "../../domain/spending/index.ts";
import type { SystemState } from "../../domain/system/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** Everything a procedure can call. */
export interface ProcedureDeps {
  /** The path of metered calls. */
  readonly gateway: Gateway;
  /** The origin of Topolo Auth, where people confirm their identity. */
  readonly authUrl: string;
  /** What management verbs need. */
  readonly management: CredentialDeps & OperationsDeps & PriceDeps & EmailDeps & AlertDeps;
  /** Where the pages of an app are; none where it is not registered, or no app calls. */
  readonly originsOf: (appId: string | undefined) => readonly string[];
  /** What happens to operations, as it happens. */
  readonly operationTail: OperationTail;
  /** The circuits that calls of an organization meet. */
  readonly circuitsOf: AttentionDeps["circuitsOf"];
  /** Told of each answer of a procedure that costs nothing. */
  readonly onAsked: (procedure: string, outcome: "answered" | "refused") => void;
  /** Told of each file, when it is written or its reader has gone. */
  readonly onExported: (procedure: string, outcome: "complete" | "broken_off") => void;
  /** What a caller may spend and send. */
  readonly policiesOf: SpendingPolicies["of"];
  /** The models an actor may use, with prices and payer. */
  readonly listModels: (
    ctx: CallContext,
    input: z.output<typeof ModelsInput>,
  ) => readonly ModelInfo[] | Promise<readonly ModelInfo[]>;
  /** How the installation is; it reads, within seconds, and those who ask together share an answer. */
  readonly lookAtSystem: () => Promise<SystemState>;
  /** Asks a stored credential's vendor whether it takes it. */
  readonly probeCredential: ProbeCredential;
  /** Where an actor's call would go, and why. */
  readonly explainRoute: (ctx: CallContext, input: ExplainRouteInput) => ExplainRouteOutput;
}
