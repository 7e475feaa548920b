import type { MailEventType, ReportEventOutput } from "../../contracts/email/mail-event.ts";
import type { Pepper, SecretBox } from "../../platform/crypto/index.ts";
import type { Deps } from "../../platform/deps.ts";

/** The texts of a name in the DNS; empty where there are none, and rejected where it did not answer. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>;

/** An event that was reported, for metrics. */
export interface ReportedEvent {
  readonly provider: string;
  readonly type: MailEventType;
  readonly accepted: ReportEventOutput["accepted"];
}

/** What verbs on mail need: addresses are sealed, and found by a keyed digest. */
export interface EmailDeps extends Deps {
  readonly secretBox: SecretBox;
  readonly pepper: Pepper;
  /** The system's own where it is left out. */
  readonly resolveTxt?: ResolveTxt;
  readonly onEmailEvent?: (event: ReportedEvent) => void;
  /** Told of each mail that is not let in. */
  readonly onEmailRefused?: (by: "suppressed" | "capped") => void;
}
