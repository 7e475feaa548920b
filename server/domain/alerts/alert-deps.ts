import type { Egress } from "../../platform/egress/index.ts";
import type { SecretBox } from "../../platform/crypto/index.ts";
import type { DirectoryDeps } from "../existence/index.ts";

/** Mail or a webhook about an alert, or mail about a request for more. */
export type AlertChannel = "mail" | "webhook" | "request";

/** What verbs need that keep webhooks and tell of alerts. */
export interface AlertDeps extends DirectoryDeps {
  readonly secretBox: SecretBox;
  /** Reaches public addresses over TLS, and those that the operator permits. */
  readonly egress: Pick<Egress, "attempt" | "check">;
  readonly onAlertDelivery?: (channel: AlertChannel, outcome: "delivered" | "failed" | "again") => void;
}
