/** Where in a conversation something goes wrong. `data`: while the message comes. `dot`: all of it has come. */
export const smtpStages = ["greeting", "mail", "rcpt", "data", "dot"] as const;
export type SmtpStage = (typeof smtpStages)[number];

/** Who is being answered. */
export interface SmtpMoment {
  readonly stage: SmtpStage;
  readonly from: string | undefined;
  /** The recipients that were taken so far. */
  readonly to: readonly string[];
  /** Of `rcpt`: the one that is asked for. */
  readonly recipient: string | undefined;
}

/**
 * What goes wrong. `drop`: the connection ends. `hang`: no answer comes. `drip`: the answer comes byte by byte. `reply`: a
 * refusal, with a code of 4yz or 5yz. At the `dot` a message that is dropped, hangs or drips has been delivered, and one
 * that is refused has not.
 */
export type SmtpFault =
  | { readonly do: "drop" | "hang" }
  | { readonly do: "drip"; readonly everyMs: number }
  | { readonly do: "reply"; readonly code: number; readonly enhanced?: string };

export type SmtpScript = (moment: SmtpMoment) => SmtpFault | undefined;
